"""The measure of the walking belt: everybody moves on once, at the same number of statements for few and for many."""

from itertools import count

import pytest

from campaigns.journeys import due
from campaigns.journeys.models import DueWait
from crm.contacts.models import Contact, Topic
from crm.dialogue.models import Message
from crm.events.models import Event
from crm.preferences.models import Preference, PreferenceKey
from engage.bench import walk
from engage.lib import clock

pytestmark = pytest.mark.django_db
STATEMENTS = 20
names = count()


def crowd(people: int) -> None:
    """Half of them looked at something, and are written to."""
    Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})
    PreferenceKey.objects.get_or_create(key="looks_around", defaults={"label": "looks around"})
    at = clock.now()
    everybody = Contact.objects.bulk_create(Contact(name=f"Person {next(names)}") for _ in range(people))
    Event.objects.bulk_create(
        Event(
            contact=person, recorded_for=person, message_id=person.name, kind="track", name="Product Viewed", at=at,
            received=at, source="write",
        )
        for person in everybody[::2]
    )  # fmt: skip


@pytest.mark.parametrize("people", [30, 300])
def test_a_chunk_of_few_takes_as_many_statements_as_one_of_many(people):
    crowd(people)
    assert walk.measure()["most_statements"] == STATEMENTS


def test_many_chunks_move_everybody_on_and_take_no_more_statements_each(monkeypatch):
    monkeypatch.setattr(due, "CHUNK", 25)
    crowd(200)
    found = walk.measure()
    assert (found["people"], found["most_statements"]) == (200, STATEMENTS)
    assert DueWait.objects.count() == 200
    assert (Message.objects.count(), Preference.objects.count()) == (100, 100)
