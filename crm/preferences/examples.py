"""For whoever writes a message: what may be cited and of how many, and three real people to look at it with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.expressions import RawSQL

from crm.preferences.models import PreferenceKey
from crm.preferences.queries import MOST_COUNTED, keys_for
from crm.preferences.recall import FRESH_UNTIL, MAY_BE_CITED, recall
from engage.lib import sql

LOOKED_AT = 200
_REACHED = (
    "c.merged_into_id IS NULL AND c.erased IS NULL AND EXISTS (SELECT FROM crm_contacts_identity AS i "
    "WHERE i.contact_id = c.id AND i.kind = 'email' AND i.proof <> '')"
)


LOOKED_THROUGH = 20_000
"""People of whom it is found out who belongs to an audience; of more, as many at random stand for all."""
EVERYBODY = RawSQL("(SELECT reltuples FROM pg_class WHERE oid = 'crm_contacts_contact'::regclass)", [])
type Audience = tuple[str, Sequence[Any]]
"""A condition over alias ``c`` that holds for its people, and its values."""


@dataclass(frozen=True, slots=True)
class Pickable:
    """`people` have it fresh and did not ask us to be silent about it: at most MOST_COUNTED + 1 of everybody."""

    key: PreferenceKey
    people: int


@dataclass(frozen=True, slots=True)
class Picked:
    """`audience` is how many there are of whom each is counted, None for everybody; `about` if both are estimates."""

    found: list[Pickable]
    audience: int | None = None
    about: bool = False


@dataclass(frozen=True, slots=True)
class Examples:
    """Contacts by primary key; None where there is nobody of the kind."""

    told: int | None
    without: int | None
    stale: int | None


def pickable(role: str, *, at: datetime, audience: Audience | None = None) -> Picked:
    """What a message to this audience may cite, the most told first. Two queries, however many people."""
    keys = [key for key in keys_for(role).annotate(everybody=EVERYBODY) if key.may_be_cited]
    if audience is None:
        return Picked(_sorted(keys, _of_everybody(keys, at)))
    everybody = max((key.everybody for key in keys), default=0)
    share = min(1.0, LOOKED_THROUGH / everybody) if everybody > 0 else 1.0
    counts = {key: _scaled(people, share) for key, people in _of(audience, share, keys, at).items()}
    return Picked(_sorted(keys, counts), counts.get(None, 0), about=share < 1)


def _sorted(keys: Sequence[PreferenceKey], counts: Mapping[Any, int]) -> list[Pickable]:
    return sorted((Pickable(key, counts.get(key.pk, 0)) for key in keys), key=lambda one: -one.people)


def _of(audience: Audience, share: float, keys: Sequence[PreferenceKey], at: datetime) -> dict[int | None, int]:
    """How many of the audience have each key, and under None how many they are, among this share of everybody."""
    condition, values = audience
    return dict(
        sql.rows(
            f"""
            WITH audience AS MATERIALIZED (
                SELECT c.id FROM crm_contacts_contact AS c TABLESAMPLE SYSTEM (%s) WHERE {condition}
            )
            SELECT NULL, count(*) FROM audience UNION ALL
            SELECT k.id, count(*) FROM audience JOIN crm_preferences_preference AS p ON p.contact_id = audience.id
            JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
            WHERE k.id = ANY(%s) AND {MAY_BE_CITED} AND {FRESH_UNTIL} > %s GROUP BY k.id
            """,  # noqa: S608 compiled; its values stand beside it
            [100 * share, *values, [key.pk for key in keys], at],
        )
    )


def _scaled(people: int, share: float) -> int:
    """An estimate has two figures: more would be a lie."""
    if share == 1:
        return people
    whole = round(people / share)
    return round(whole, 2 - len(str(whole)))


def _of_everybody(keys: Sequence[PreferenceKey], at: datetime) -> dict[int, int]:
    return dict(
        sql.rows(
            f"""
            SELECT k.id, held.people FROM crm_preferences_preferencekey AS k, LATERAL (SELECT count(*) AS people FROM (
                SELECT FROM crm_preferences_preference AS p
                WHERE p.key_id = k.id AND {MAY_BE_CITED} AND {FRESH_UNTIL} > %s LIMIT %s
            ) AS found) AS held WHERE k.id = ANY(%s)
            """,  # noqa: S608 ours
            [at, MOST_COUNTED + 1, [key.pk for key in keys]],
        )
    )


def examples(keys: Sequence[str], *, at: datetime) -> Examples:
    """Somebody who told us these (as many of them as possible), somebody who did not, and somebody whose word on the
    first is stale; only people with an address. At most four queries, none without keys."""
    if not keys:
        return Examples(None, None, None)
    fresh = _who(f"{FRESH_UNTIL} > %s", keys[0], at)
    told = recall(fresh, keys, at=at)
    best = max(fresh, key=lambda contact: len(told.get(contact, {})), default=None)
    stale = _who(f"{FRESH_UNTIL} <= %s", keys[0], at)
    return Examples(best, _without(keys), next(iter(stale), None))


def _who(condition: str, key: str, at: datetime) -> list[int]:
    found = sql.rows(
        f"""
        SELECT p.contact_id FROM crm_preferences_preferencekey AS k
        JOIN crm_preferences_preference AS p ON p.key_id = k.id JOIN crm_contacts_contact AS c ON c.id = p.contact_id
        WHERE k.key = %s AND {MAY_BE_CITED} AND {condition} AND {_REACHED} LIMIT %s
        """,  # noqa: S608 ours
        [key, at, LOOKED_AT],
    )
    return [contact for (contact,) in found]


def _without(keys: Sequence[str]) -> int | None:
    """Among those who came last."""
    found = sql.rows(
        f"""
        SELECT c.id FROM (SELECT * FROM crm_contacts_contact ORDER BY id DESC LIMIT 2000) AS c
        WHERE {_REACHED} AND NOT EXISTS (
            SELECT FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
            WHERE p.contact_id = c.id AND p.state = 'active' AND k.key = ANY(%s))
        ORDER BY c.id DESC LIMIT 1
        """,  # noqa: S608 ours
        [list(keys)],
    )
    return found[0][0] if found else None
