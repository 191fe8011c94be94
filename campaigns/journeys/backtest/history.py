"""What is stored about a slice of people, as a backtest looks at it: a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from django.db import connection

from campaigns.guards.as_of import Past, pasts
from campaigns.journeys.backtest.past_moments import passed
from campaigns.journeys.definition import Definition, Wait
from campaigns.journeys.engine import dates, needs
from campaigns.journeys.happened import at_hand
from campaigns.journeys.local_time import real_day
from campaigns.journeys.moments.asked import NEEDED
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.rules import KnownFacts, Rule, evaluate, fetch_facts
from engage.lib import sql
from engage.lib.local_time import zone_of


@dataclass(frozen=True, slots=True)
class Happening:
    """A recorded event."""

    at: datetime
    message_id: str
    name: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """`known` answers rules as of any moment of the time looked at; `events` are in their order."""

    contact: int
    uid: UUID
    zone: tzinfo
    shop: tzinfo
    dates: Mapping[str, date]
    events: list[Happening]
    known: KnownFacts
    past: Past

    def fits(self, rule: Rule | None, event: Happening) -> bool:
        """The rule on this event and on the person, as of then."""
        if rule is None:
            return True
        facts = KnownFacts(self.known.scalars, self.known.rows_by_key, at_hand(event.properties))
        return evaluate(rule, facts, event.at.astimezone(self.shop))


def people(
    definition: Definition, contacts: Collection[int], *, since: datetime, until: datetime, besides: str
) -> Iterator[Person]:
    """Those of the contacts to whom what begins the journey happened in this time. One query, and eleven more, one for
    each boundary in time, and one for each kind of rows that rules ask about, where there is anybody."""
    events = _events(definition, contacts, since, until)
    began = [contact for contact, found in events.items() if any(e.name == definition.trigger.event for e in found)]
    if not began:
        return
    shop = business()
    here = zone_of(shop.timezone)
    past = pasts(began, shop, since=since, until=until, besides=besides)
    with connection.cursor() as cursor:
        known = fetch_facts(cursor, _rules(definition), began, until.astimezone(here), since=since.astimezone(here))
    for contact in Contact.objects.filter(pk__in=began).only("uid", "timezone", "attributes").order_by("pk"):
        days = {key: real_day(str(contact.attributes.get(key))) for key in dates(definition)}
        yield Person(
            contact=contact.pk,
            uid=contact.uid,
            zone=zone_of(contact.timezone, shop.timezone),
            shop=here,
            dates={key: day for key, day in days.items() if day},
            events=events[contact.pk],
            known=known[contact.pk],
            past=past[contact.pk],
        )


def _rules(definition: Definition) -> list[Rule]:
    occurrences = [definition.trigger, definition.goal]
    occurrences += [exit.occurrence for wait in definition.all(Wait) for exit in wait.sooner]
    asked = [occurrence.rule for occurrence in occurrences if occurrence and occurrence.rule]
    return [*asked, *needs(definition).values()]


def _names(definition: Definition) -> list[str] | None:
    """The events that matter; None for all, where a wait looks at whatever somebody does."""
    if any(wait.watches for wait in definition.all(Wait)):
        return None
    exits = [exit.occurrence for wait in definition.all(Wait) for exit in wait.sooner]
    return sorted({occurrence.event for occurrence in (definition.trigger, definition.goal, *exits) if occurrence})


def _events(
    definition: Definition, contacts: Collection[int], since: datetime, until: datetime
) -> dict[int, list[Happening]]:
    names = _names(definition)
    found: dict[int, list[Happening]] = defaultdict(list)
    for contact, at, message_id, name, properties in sql.rows(
        """
        SELECT contact_id, at, message_id, name, properties FROM crm_events_event
        WHERE contact_id = ANY(%s) AND at >= %s AND at <= %s AND (%s::text[] IS NULL OR name = ANY(%s::text[]))
          AND received >= %s
        ORDER BY contact_id, at, message_id
        """,
        [list(contacts), since, until, names, names, since],
    ):
        if name not in NEEDED:  # what time brought is looked up anew, whether it was told then or not
            found[contact].append(Happening(at, message_id, name, sql.decoded(properties)))
    for contact, boundaries in passed(definition, contacts, since, until).items():
        found[contact] = sorted(
            [*found[contact], *(Happening(*one) for one in boundaries)], key=lambda event: (event.at, event.message_id)
        )
    return found
