"""What may be quoted, and what is known: promises 1 and 7."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from crm.preferences.models import Preference
from engage.lib import sql


class Cited(NamedTuple):
    """A fact that a message may quote: the value and when it was said."""

    value: str
    at: datetime
    id: int


def recall(contacts: Collection[int], keys: Iterable[str], *, at: datetime) -> dict[int, dict[str, Cited]]:
    """For each contact the preferences that a message may cite at `at`: told us, citable, not muted, still fresh.

    One query.
    """
    keys = list(keys)
    if not keys or not contacts:
        return {}
    found: dict[int, dict[str, Cited]] = {}
    for contact, key, value, said, pk in sql.rows(
        """
        SELECT p.contact_id, k.key, p.value, p.at, p.id
        FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
        WHERE p.contact_id = ANY(%(contacts)s) AND k.key = ANY(%(keys)s) AND p.state = 'active' AND p.kind = 'stated'
          AND k.citable AND p.mention AND p.at <= %(at)s AND p.at > %(at)s - make_interval(days => k.fresh_days)
        """,
        {"contacts": list(contacts), "keys": keys, "at": at},
    ):
        found.setdefault(contact, {})[key] = Cited(value, said, pk)
    return found


def known(contact: int, key: str, *, at: datetime) -> Preference | None:
    """What they told us under this key, if it is still fresh: then nobody asks again."""
    found = (
        Preference.objects.select_related("key")
        .filter(contact=contact, key__key=key, state=Preference.State.ACTIVE, kind=Preference.Kind.STATED)
        .first()
    )
    return found if found and fresh(found, at=at) else None


def fresh(preference: Preference, *, at: datetime) -> bool:
    """Whether it was said recently enough to be believed. `key` must be loaded."""
    return preference.at > at - timedelta(days=preference.key.fresh_days)
