"""What is remembered, and the customer's word over it."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter

from django.db import transaction

from crm.contacts.actions import hold
from crm.events.actions import derive
from crm.preferences import hearing, values
from crm.preferences.announcing import fact, told_before
from crm.preferences.keys import LONGEST_KEY, Shape, shapes
from crm.preferences.models import Preference
from crm.preferences.settling import project_pairs, settle_contacts, settle_pairs
from crm.preferences.statement import Remembered, Statement
from crm.preferences.values import LONGEST_VALUE, Value
from engage.lib import ids, sql

__all__ = [
    "LONGEST_KEY",
    "LONGEST_VALUE",
    "DoesNotFit",
    "Remembered",
    "Statement",
    "correct",
    "forget",
    "mute",
    "postpone",
    "remember",
    "settle_contacts",
    "take_back",
    "unmute",
]


STATED = int(Preference.Rank.STATED)


class DoesNotFit(ValueError):
    """The value is not of the kind that its key holds."""


def remember(statements: Sequence[Statement], *, at: datetime) -> list[Remembered]:
    """Write statements, thousands at once, and let one of each (contact, key) be the active one: see `settling`.

    The contacts must be held. A statement known by its source is not written again; nor is what was noticed or
    guessed and says what the same kind of source said before it, or what the customer had us forget. Four statements,
    two more where a key is new; two where nothing is news. And what `hearing` connects.
    """
    statements = [one for one in statements if one.clears or not values.nothing(one.value)]
    if not statements:
        return []
    keys = shapes(statements)
    names = {shape.id: name for name, shape in keys.items()}
    written = _insert(list(_news(statements, keys)))
    settle_pairs({(row[1], row[3]) for row in written}, at=at)
    remembered = [Remembered(row[0], row[1], row[2], names[row[3]], *row[4:]) for row in written]
    hearing.tell(remembered, at)
    return remembered


def correct(preference: Preference, *, value: str, by: str, at: datetime, words: str = "") -> Preference:
    """The contact's own correction: it outranks every other source, and is told to journeys. Returns the new
    statement. Raises DoesNotFit."""
    if values.nothing(value) or not values.read(preference.key.type, value, preference.key.choices).fits:
        raise DoesNotFit
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
        derive([fact(new, told_before([new]).get(new.id, ""), at=at)])
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
            state=Preference.State.FORGOTTEN,
            value="",
            typed=None,
            words="",
            source_label="",
            reason="",
            evidence=[],
            ended=at,
            superseded_by=None,
        )
        project_pairs({(contact, preference.key_id)})


def take_back(preference: Preference, *, by: str, at: datetime) -> None:
    """A colleague kept it by mistake a moment ago: it was never said, and what held before holds again."""
    with transaction.atomic():
        contact = _hold(preference)
        Preference.objects.filter(pk=preference.pk).delete()
        settle_pairs({(contact, preference.key_id)}, at=at)


def postpone(preference: Preference, *, until: date, by: str, at: datetime) -> None:
    """ "Ask me again in June": believed until then, and asked about from then on."""
    with transaction.atomic():
        contact = _hold(preference)
        Preference.objects.filter(contact=contact, key=preference.key_id, state="active").update(ask_again=until)


def _hold(preference: Preference) -> int:
    held = hold(contacts=[preference.contact_id])
    return held.present[preference.contact_id]


def _set_mention(preference: Preference, *, mention: bool) -> None:
    with transaction.atomic():
        contact = _hold(preference)
        Preference.objects.filter(contact=contact, key=preference.key_id).update(mention=mention)


def _news(statements: Sequence[Statement], keys: dict[str, Shape]) -> Iterable[tuple[Statement, Shape, Value]]:
    """In the order of time, without what only repeats the one before it in the same batch."""
    before: dict[tuple[int, str, int], Value] = {}
    for statement in sorted(statements, key=attrgetter("at")):
        shape, rank = keys[statement.key], statement.ranked()
        value = values.read(shape.type, statement.value, shape.choices)
        pair = (statement.contact, statement.key, rank)
        if rank >= STATED or before.get(pair) != value:
            yield statement, shape, value
        before[pair] = value


def _insert(rows: Sequence[tuple[Statement, Shape, Value]]) -> list[tuple]:
    return sql.rows(_INSERT, [list(column) for column in zip(*(_row(*row) for row in rows), strict=True)])


def _row(s: Statement, shape: Shape, value: Value) -> tuple:
    state = "active" if value.fits else "conflict"
    return (
        *(ids.uuid7(), s.contact, s.recorded_for, shape.id, value.text, value.typed, state, s.kind, s.ranked()),
        *(s.words, s.question, s.source_kind, s.source_id, s.source_label, s.by, s.at),
        *(s.reason, s.confidence, json.dumps([*s.evidence]) if s.evidence else "[]"),
    )


_INSERT = """
    INSERT INTO crm_preferences_preference (uid, contact_id, recorded_for_id, key_id, value, typed, state, kind, rank,
        words, question, source_kind, source_id, source_label, by, at, reason, confidence, evidence, mention)
    SELECT s.*, NOT EXISTS (
        SELECT FROM crm_preferences_preference AS p
        WHERE p.contact_id = s.contact_id AND p.key_id = s.key_id AND NOT p.mention AND p.state = 'active')
    FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::jsonb[], %s::text[], %s::text[],
        %s::smallint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
        %s::text[], %s::smallint[], %s::jsonb[])
        AS s(uid, contact_id, recorded_for_id, key_id, value, typed, state, kind, rank, words, question, source_kind,
             source_id, source_label, by, at, reason, confidence, evidence)
    LEFT JOIN LATERAL (
        SELECT p.value, p.typed FROM crm_preferences_preference AS p
        WHERE p.contact_id = s.contact_id AND p.key_id = s.key_id AND p.rank = s.rank AND p.at <= s.at
            AND p.state <> 'forgotten'
        ORDER BY p.at DESC, p.id DESC LIMIT 1
    ) AS before ON s.rank < 3
    WHERE (before.value IS NULL OR (before.value, before.typed) IS DISTINCT FROM (s.value, s.typed))
        AND NOT (s.rank < 3 AND s.source_kind IN ('api', 'import', 'rule') AND EXISTS (
            SELECT FROM crm_preferences_preference AS p
            WHERE p.contact_id = s.contact_id AND p.key_id = s.key_id AND p.state = 'forgotten'))
    ON CONFLICT DO NOTHING
    RETURNING id, contact_id, recorded_for_id, key_id, value, kind, state <> 'conflict'
"""
