"""What begins a journey, and what does not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.journeys.actions import pause_journey, publish, resume_journey
from campaigns.journeys.models import DueWait
from campaigns.journeys.triggers import match_triggers
from tests.campaigns.journeys.happenings import Happening, counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, alice, bob, contact

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
BIG = {"property": "total", "op": "at_least", "value": 50}
IN_BRITAIN = {"field": "contact.country", "op": "is", "value": "GB"}
TWICE = {"did": "event", "name": "Order Completed", "within": {"days": 30}, "count": {"op": "at_least", "value": 2}}


def on(event="Order Completed", **rule) -> dict:
    return {"event": event} | ({"rule": rule} if rule else {})


def test_the_event_it_waits_for_begins_a_walk_that_is_due_at_once():
    journey, person = live_journey(scenario()), alice()
    listen(ordered(person, total=20))
    [walk] = enrolled(journey)
    assert (walk.contact_id, walk.recorded_for_id, walk.entry, walk.step) == (person.pk, person.pk, "m1", "ask")
    assert walk.event["properties"] == {"total": 20}
    assert DueWait.objects.get(enrolment=walk).due == NOON


def test_other_events_begin_nothing():
    journey = live_journey(scenario())
    listen(Happening(alice().pk, name="Page Viewed"))
    assert enrolled(journey) == []


def test_history_begins_nothing():
    journey = live_journey(scenario())
    listen(Happening(alice().pk, history=True))
    assert enrolled(journey) == []


def test_an_event_older_than_the_freshness_begins_nothing():
    journey = live_journey(scenario(freshness_hours=2))
    listen(ordered(alice(), at=NOON - 3 * HOUR), ordered(bob(), at=NOON - HOUR))
    assert [walk.contact.name for walk in enrolled(journey)] == ["Bob Stone"]


def test_a_rule_may_ask_about_the_event_and_about_the_person():
    journey = live_journey(scenario(trigger=on(all=[BIG, IN_BRITAIN])))
    listen(ordered(alice(), "m1", total=80), ordered(bob(), "m2", total=80))
    listen(ordered(contact("Dora", country="GB"), "m3", total=20))
    assert [walk.contact.name for walk in enrolled(journey)] == ["Alice Moreau"]


def test_a_rule_looks_into_what_was_recorded_with_the_event():
    journey, person = live_journey(scenario(trigger=on(**TWICE))), alice()
    listen(ordered(person, "m1"))
    assert enrolled(journey) == []
    listen(ordered(person, "m2"))
    assert len(enrolled(journey)) == 1


def test_two_events_in_one_chunk_begin_one_walk_the_earlier_one_counts():
    journey, person = live_journey(scenario(entry={"again": "always"})), alice()
    listen(ordered(person, "late", at=NOON), ordered(person, "early", at=NOON - HOUR))
    assert [walk.entry for walk in enrolled(journey)] == ["early"]


@pytest.mark.parametrize(
    ("entry", "active", "days_ago", "enters"),
    [
        ({"again": "never"}, False, 400, False),
        ({"again": "always"}, False, 0, True),
        ({"again": "always"}, True, 400, False),
        ({"again": "after_days", "days": 30}, False, 29, False),
        ({"again": "after_days", "days": 30}, False, 30, True),
        ({"again": "after_days", "days": 30}, True, 30, False),
    ],
)
def test_who_was_on_it_before_enters_as_the_entry_rule_says(entry, active, days_ago, enters):
    journey, person = live_journey(scenario(entry=entry)), alice()
    listen(ordered(person, "m1"))
    [walk] = enrolled(journey)
    walk.began = NOON - timedelta(days=days_ago)
    walk.state = "active" if active else "ended"
    walk.save()
    listen(ordered(person, "m2"))
    assert len(enrolled(journey)) == 1 + enters


def test_the_same_event_twice_begins_one_walk():
    journey, person = live_journey(scenario(entry={"again": "always"})), alice()
    listen(ordered(person))
    enrolled(journey)[0].delete()
    match_triggers([ordered(person)], at=NOON)
    match_triggers([ordered(person)], at=NOON)
    assert len(enrolled(journey)) == 1


def test_a_paused_journey_begins_nothing_from_the_next_chunk_on():
    journey = live_journey(scenario())
    listen(ordered(alice()))
    pause_journey(journey, by="Max", at=NOON)
    listen(ordered(bob(), "m2"))
    assert len(enrolled(journey)) == 1
    resume_journey(journey, by="Max", at=NOON)
    listen(ordered(contact("Dora"), "m3"))
    assert len(enrolled(journey)) == 2


def test_who_begins_after_a_change_walks_the_new_version():
    journey = live_journey(scenario())
    listen(ordered(alice()))
    publish(journey, by="Max", at=NOON)
    listen(ordered(bob(), "m2"))
    assert [walk.version.number for walk in enrolled(journey)] == [1, 2]


def _queries(events) -> int:
    with CaptureQueriesContext(connection) as captured:
        match_triggers(events, at=NOON)
    return counted(captured)


@pytest.mark.parametrize(("people", "journeys"), [(1, 1), (40, 7)])
def test_the_number_of_queries_depends_on_neither_people_nor_journeys(people, journeys):
    for number in range(journeys):
        rule = {"all": [{"property": "total", "op": "at_least", "value": number}, IN_BRITAIN]}
        live_journey(scenario(trigger=on(**rule)), name=f"Journey {number}")
    crowd = [contact(f"Person {n}", country="GB") for n in range(people)]
    nothing = [Happening(person.pk, name="Page Viewed") for person in crowd]
    match_triggers(nothing, at=NOON)
    assert _queries(nothing) == 2
    events = [ordered(person, f"m{n}", total=100) for n, person in enumerate(crowd)]
    assert _queries(events) == 5
    assert _queries(events) == 4
