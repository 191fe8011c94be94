"""What may be quoted, and what is known: promises 1 and 7."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from crm.preferences.models import Preference
from engage.lib import sql

FRESH_UNTIL = "COALESCE(p.ask_again::timestamptz, p.at + make_interval(days => k.fresh_days))"
"""SQL over aliases ``p``, a preference, and ``k``, its key: from then on it is asked again and no longer cited."""

MAY_BE_CITED = (
    "p.state = 'active' AND p.kind = 'stated' AND p.mention AND k.citable AND (NOT k.sensitive OR k.cite_sensitive)"
)
"""SQL over the same. Only what they told us: there is no setting for it."""


class Cited(NamedTuple):
    """A fact that a message may quote: the value and when it was said."""

    value: str
    at: datetime
    id: int


type Quote = Callable[[Collection[int], Collection[str], datetime], dict[int, dict[str, Cited]]]
"""What may be cited of contacts under keys of one kind that are no preferences: as `recall`. One query."""

_elsewhere: dict[str, Quote] = {}


def quote_from(prefix: str, quote: Quote) -> None:
    """Keys that begin so are words which people told us elsewhere; `quote` obeys what keeps preferences from being
    cited."""
    _elsewhere[prefix] = quote


def recall(contacts: Collection[int], keys: Iterable[str], *, at: datetime) -> dict[int, dict[str, Cited]]:
    """For each contact the preferences that a message may cite at `at`: told us, citable, not muted, still fresh.

    One query, none without keys; one more for each kind of words that were told elsewhere.
    """
    keys = set(keys)
    quoted = {prefix: {key for key in keys if key.startswith(prefix)} for prefix in _elsewhere}
    own = keys.difference(*quoted.values())
    found = _fresh_ones(contacts, own, at, f"{MAY_BE_CITED} AND p.at <= %(at)s")
    for prefix, asked in quoted.items():
        if asked and contacts:
            for contact, facts in _elsewhere[prefix](contacts, asked, at).items():
                found.setdefault(contact, {}).update(facts)
    return found


def known(contacts: Collection[int], keys: Iterable[str], *, at: datetime) -> dict[int, dict[str, Cited]]:
    """For each contact what they told us and is still fresh: nobody asks that again, not a survey and not a message.

    "Ask me again in June" is obeyed: until then it is known, whatever the key says, and from then on it is asked. One
    query, none without keys.
    """
    return _fresh_ones(contacts, keys, at, "p.state = 'active' AND p.kind = 'stated'")


def _fresh_ones(
    contacts: Collection[int], keys: Iterable[str], at: datetime, condition: str
) -> dict[int, dict[str, Cited]]:
    keys = sorted(keys)
    if not keys or not contacts:
        return {}
    found: dict[int, dict[str, Cited]] = {}
    for contact, key, *said in sql.rows(
        f"""
        SELECT p.contact_id, k.key, p.value, p.at, p.id
        FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
        WHERE p.contact_id = ANY(%(contacts)s) AND k.key = ANY(%(keys)s) AND {condition} AND {FRESH_UNTIL} > %(at)s
        """,  # noqa: S608 ours
        {"contacts": sorted(contacts), "keys": keys, "at": at},
    ):
        found.setdefault(contact, {})[key] = Cited(*said)
    return found


def fresh(preference: Preference, *, at: datetime) -> bool:
    """The same of one preference, whose `key` must be loaded."""
    return fresh_until(preference) > at


def fresh_until(preference: Preference) -> datetime:
    """When it is asked again. `key` must be loaded."""
    if preference.ask_again:
        return datetime.combine(preference.ask_again, time(), UTC)
    return preference.at + timedelta(days=preference.key.fresh_days)
