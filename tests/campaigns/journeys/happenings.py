"""What happens in tests: events as the listening belt hands them on, and the belts run by hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.test.utils import CaptureQueriesContext

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.triggers import match_triggers
from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.events.models import Event
from tests.cast import NOON


@dataclass
class Happening:
    contact_id: int
    name: str = "Order Completed"
    at: datetime = NOON
    message_id: str = "m1"
    history: bool = False
    depth: int = 0
    properties: dict = field(default_factory=dict)
    recorded_for_id: int = 0

    def __post_init__(self) -> None:
        self.recorded_for_id = self.recorded_for_id or self.contact_id


def ordered(contact: Contact, message_id: str = "m1", at: datetime = NOON, **properties: Any) -> Happening:
    return Happening(contact.pk, at=at, message_id=message_id, properties=properties)


def listen(*events: Happening, at: datetime = NOON) -> None:
    """Record the events and match triggers, as a chunk of the listening belt does."""
    with transaction.atomic():
        hold(contacts={event.contact_id for event in events})
        Event.objects.bulk_create(
            Event(
                contact_id=event.contact_id,
                recorded_for_id=event.recorded_for_id,
                message_id=event.message_id,
                kind="track",
                name=event.name,
                at=event.at,
                received=at,
                history=event.history,
                source="write",
                properties=event.properties,
            )
            for event in events
        )
        match_triggers(events, at=at)


def live_journey(definition: dict, name: str = "Ask") -> Journey:
    journey = create_journey(name=name, draft=definition, by="Max", at=NOON - timedelta(days=30))
    publish(journey, by="Max", at=NOON - timedelta(days=30))
    return journey


def counted(captured: CaptureQueriesContext) -> int:
    """The statements of a stage: without savepoints, and without the shop's row, which is read once a second."""
    return sum("SAVEPOINT" not in query["sql"] and "crm_business_business" not in query["sql"] for query in captured)


def enrolled(journey: Journey) -> list[Enrolment]:
    return list(Enrolment.objects.filter(journey=journey).order_by("id"))
