"""What is remembered, and the customer's word over it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crm.contacts.actions import hold
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import ids, sql

RANKS = {
    Preference.Kind.INFERRED: Preference.Rank.INFERRED,
    Preference.Kind.OBSERVED: Preference.Rank.OBSERVED,
    Preference.Kind.STATED: Preference.Rank.STATED,
}
LONGEST_VALUE = 500
LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said or noticed about a contact, with its provenance. `source_id` makes it once per source."""

    contact: int
    recorded_for: int
    key: str
    value: str
    kind: str
    at: datetime
    source_kind: str
    source_id: str = ""
    source_label: str = ""
    words: str = ""
    question: str = ""
    by: str = "customer"
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Remembered:
    """A statement that was written."""

    id: int
    contact: int
    recorded_for: int
    key: str
    value: str
    kind: str


def remember(statements: Sequence[Statement], *, at: datetime) -> list[Remembered]:
    """Write statements and let the highest, then latest, of each (contact, key) be the active one.

    The contacts must be held. A statement known by its source is not written again. Four statements at most.
    """
    if not statements:
        return []
    keys = _keys({statement.key for statement in statements})
    names = {pk: key for key, pk in keys.items()}
    written = _insert(statements, keys)
    settle_pairs({(row[1], row[3]) for row in written}, at=at)
    return [Remembered(row[0], row[1], row[2], names[row[3]], row[4], row[5]) for row in written]


def settle_pairs(pairs: Collection[tuple[int, int]], *, at: datetime) -> None:
    """Decide anew, for each (contact, key), which statement is active. One UPDATE."""
    if not pairs:
        return
    contacts, keys = (list(column) for column in zip(*sorted(pairs), strict=True))
    sql.run(_SETTLE.format(pairs="unnest(%s::bigint[], %s::bigint[]) AS t(contact_id, key_id)"), [contacts, keys, at])


def settle_contacts(contacts: Sequence[int], *, at: datetime) -> None:
    """The same for everything known about these contacts, after a merge or its undoing."""
    pairs = "(SELECT DISTINCT contact_id, key_id FROM crm_preferences_preference WHERE contact_id = ANY(%s)) AS t"
    sql.run(_SETTLE.format(pairs=pairs), [list(contacts), at])


def correct(preference: Preference, *, value: str, by: str, at: datetime, words: str = "") -> Preference:
    """The contact's own correction: it outranks every other source. Returns the new statement."""
    with transaction.atomic():
        contact = _hold(preference)
        statement = Statement(
            contact=contact,
            recorded_for=preference.recorded_for_id,
            key=preference.key.key,
            value=value,
            kind=Preference.Kind.STATED,
            rank=Preference.Rank.CORRECTED,
            at=at,
            words=words or value,
            question=preference.question,
            source_kind="memory",
            source_label="their own page",
            by=by,
        )
        (new,) = remember([statement], at=at)
        return Preference.objects.select_related("key").get(pk=new.id)


def mute(preference: Preference, *, by: str, at: datetime) -> None:
    """ "Don't mention it": known, used for nothing that speaks; stays so when a new statement comes."""
    _set_mention(preference, mention=False)


def unmute(preference: Preference, *, by: str, at: datetime) -> None:
    """It may be mentioned again."""
    _set_mention(preference, mention=True)


def forget(preference: Preference, *, by: str, at: datetime) -> None:
    """Everything ever said under this key is blanked; only that something was forgotten stays."""
    with transaction.atomic():
        contact = _hold(preference)
        Preference.objects.filter(contact=contact, key=preference.key_id).exclude(state="forgotten").update(
            state=Preference.State.FORGOTTEN, value="", words="", source_label="", ended=at, superseded_by=None
        )


def _hold(preference: Preference) -> int:
    held = hold(contacts=[preference.contact_id])
    return held.present[preference.contact_id]


def _set_mention(preference: Preference, *, mention: bool) -> None:
    with transaction.atomic():
        contact = _hold(preference)
        Preference.objects.filter(contact=contact, key=preference.key_id).update(mention=mention)


def _keys(names: Iterable[str]) -> dict[str, int]:
    """Ids of the keys, made on first sight: not citable until somebody says so."""
    names = sorted(names)
    found = dict(PreferenceKey.objects.filter(key__in=names).values_list("key", "id"))
    if missing := [name for name in names if name not in found]:
        PreferenceKey.objects.bulk_create(
            [PreferenceKey(key=name, label=name.replace("_", " ").replace("-", " ").capitalize()) for name in missing],
            ignore_conflicts=True,
        )
        found |= dict(PreferenceKey.objects.filter(key__in=missing).values_list("key", "id"))
    return found


def _insert(statements: Sequence[Statement], keys: dict[str, int]) -> list[tuple]:
    rows = [
        (
            ids.uuid7(),
            s.contact,
            s.recorded_for,
            keys[s.key],
            s.value[:LONGEST_VALUE],
            s.kind,
            s.rank or RANKS[Preference.Kind(s.kind)],
            s.words,
            s.question,
            s.source_kind,
            s.source_id,
            s.source_label,
            s.by,
            s.at,
        )
        for s in statements
    ]
    return sql.rows(
        """
        INSERT INTO crm_preferences_preference (uid, contact_id, recorded_for_id, key_id, value, kind, rank, words,
            question, source_kind, source_id, source_label, by, at, mention)
        SELECT s.*, NOT EXISTS (
            SELECT FROM crm_preferences_preference AS p
            WHERE p.contact_id = s.contact_id AND p.key_id = s.key_id AND NOT p.mention AND p.state = 'active')
        FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::smallint[],
            %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
            AS s(uid, contact_id, recorded_for_id, key_id, value, kind, rank, words, question, source_kind,
                 source_id, source_label, by, at)
        ON CONFLICT DO NOTHING
        RETURNING id, contact_id, recorded_for_id, key_id, value, kind
        """,
        [list(column) for column in zip(*rows, strict=True)],
    )


_SETTLE = """
    WITH ranked AS (
        SELECT p.id, first_value(p.id) OVER (
            PARTITION BY p.contact_id, p.key_id ORDER BY p.rank DESC, p.at DESC, p.id DESC) AS top
        FROM crm_preferences_preference AS p
        JOIN {pairs} ON t.contact_id = p.contact_id AND t.key_id = p.key_id
        WHERE p.state <> 'forgotten'
    )
    UPDATE crm_preferences_preference AS p SET
        state = CASE WHEN p.id = top THEN 'active' ELSE 'superseded' END,
        superseded_by_id = NULLIF(top, p.id),
        ended = CASE WHEN p.id <> top THEN COALESCE(p.ended, %s) END
    FROM ranked WHERE p.id = ranked.id AND (
        (p.id = top) <> (p.state = 'active') OR p.superseded_by_id IS DISTINCT FROM NULLIF(top, p.id))
"""
