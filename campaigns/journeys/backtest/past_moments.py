"""The boundaries in time that people passed: what would have been told had a journey asked for it then."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from campaigns.journeys.definition import Day, Definition
from campaigns.journeys.local_time import real_day
from campaigns.journeys.moments.asked import CART_LEFT, DATE_CAME, STALE, STAYED_AWAY, Asked, asked_by
from campaigns.journeys.moments.away import ORDERED
from campaigns.journeys.moments.carts import FILLED
from campaigns.journeys.moments.dates import comes
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.preferences.recall import FRESH_UNTIL
from engage.lib import sql
from engage.lib.local_time import zone_of


class Passed(NamedTuple):
    """A boundary that somebody passed, as the event that would have told of it."""

    at: datetime
    message_id: str
    name: str
    properties: dict[str, Any]


class Look(NamedTuple):
    contacts: list[int]
    since: datetime
    until: datetime


def passed(
    definition: Definition, contacts: Collection[int], since: datetime, until: datetime
) -> dict[int, list[Passed]]:
    """By the person; one query for each boundary that the journey asks about. Dates are those known today."""
    found: dict[int, list[Passed]] = defaultdict(list)
    look = Look(list(contacts), since, until)
    for asked in set(asked_by(definition)):
        details = asked.read()
        for contact, at, properties in _LOOKS[asked.event](details, look):
            found[contact].append(Passed(at, _id(asked, at), asked.event, details | properties))
    return found


def _id(asked: Asked, at: datetime) -> str:
    return f"{asked.event}:{asked.details}:{at.isoformat()}"


type Rows = Iterator[tuple[int, datetime, dict[str, Any]]]


def _carts(details: dict[str, Any], look: Look) -> Rows:
    back = timedelta(hours=details["hours"])
    rows = sql.rows(_CARTS, [look.contacts, [*FILLED, ORDERED], look.contacts, list(FILLED), back, look.since,
                             back, look.until, back])  # fmt: skip
    for contact, at, name, properties in rows:
        yield contact, at + back, sql.decoded(properties) | {"event": name, "hours": details["hours"]}


def _away(details: dict[str, Any], look: Look) -> Rows:
    back = timedelta(days=details["days"])
    deeds, params = (_ORDERS, [look.contacts]) if details["event"] == ORDERED else (
        _EVENTS, [look.contacts, details["event"]])  # fmt: skip
    for contact, at in sql.rows(_AWAY.format(deeds=deeds), [*params, back, look.since, back, look.until, back]):
        yield contact, at + back, {"last": at.isoformat()}


def _dates(details: dict[str, Any], look: Look) -> Rows:
    asked, shop = Day(details["key"], details["shift"], details["yearly"]), business().timezone
    for person in Contact.objects.filter(pk__in=look.contacts, attributes__has_key=asked.key):
        if known := real_day(str(person.attributes[asked.key])):
            for day, moment in comes(asked, known, zone_of(person.timezone, shop), look.since, look.until):
                yield person.pk, moment, {"day": day.isoformat()}


def _stale(details: dict[str, Any], look: Look) -> Rows:
    for contact, at, value in sql.rows(_STALE, [details["key"], look.contacts, look.since, look.until]):
        yield contact, at, {"value": value}


_LOOKS: dict[str, Callable[[dict[str, Any], Look], Rows]] = {
    CART_LEFT: _carts,
    STAYED_AWAY: _away,
    DATE_CAME: _dates,
    STALE: _stale,
}

_CARTS = """
    WITH deeds AS (
        SELECT contact_id, at, name, properties FROM crm_events_event WHERE contact_id = ANY(%s) AND name = ANY(%s)
        UNION ALL
        SELECT contact_id, at, 'Order Completed', '{}' FROM crm_catalog_order WHERE contact_id = ANY(%s) AND NOT refund
    ), ordered AS (
        SELECT *, lead(at) OVER (PARTITION BY contact_id ORDER BY at, name = 'Order Completed') AS next FROM deeds
    )
    SELECT contact_id, at, name, properties FROM ordered
    WHERE name = ANY(%s) AND at + %s > %s AND at + %s <= %s AND (next IS NULL OR next > at + %s)
    ORDER BY contact_id, at
"""

_ORDERS = "SELECT contact_id, at FROM crm_catalog_order WHERE contact_id = ANY(%s) AND NOT refund"
_EVENTS = "SELECT contact_id, at FROM crm_events_event WHERE contact_id = ANY(%s) AND name = %s"
_AWAY = """
    SELECT contact_id, at FROM (
        SELECT contact_id, at, lead(at) OVER (PARTITION BY contact_id ORDER BY at) AS next FROM ({deeds}) AS deeds
    ) AS ordered WHERE at + %s > %s AND at + %s <= %s AND (next IS NULL OR next > at + %s)
    ORDER BY contact_id, at
"""

_STALE = f"""
    SELECT p.contact_id, {FRESH_UNTIL} AS due, p.value
    FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
    WHERE k.key = %s AND p.contact_id = ANY(%s) AND p.kind = 'stated' AND p.state IN ('active', 'superseded')
      AND {FRESH_UNTIL} > %s AND {FRESH_UNTIL} <= %s AND (p.ended IS NULL OR p.ended > {FRESH_UNTIL})
    ORDER BY p.contact_id, due
"""  # noqa: S608 ours
