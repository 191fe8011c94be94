"""Journeys lead people onto each other, and off."""

import uuid
from datetime import timedelta

import pytest
import time_machine

from campaigns.journeys.actions import create_journey, pause_journey, publish
from campaigns.journeys.models import DueWait, Enrolment, Journey
from campaigns.journeys.parse import InvalidDefinition
from crm.events.envelope import MAX_DEPTH_OF_CAUSES
from engage import walk
from tests.campaigns.journeys.happenings import enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, alice, bob

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEVER_BY_ITSELF = {"trigger": {"event": "Bean Ground"}}


def one_step(step: dict, **more) -> dict:
    steps = {"first": {**step, "next": "bye"}, "bye": {"kind": "end", "reason": "Done"}}
    return {**scenario(), "start": "first", "steps": steps, **more}


def joins(journey: Journey | str, **more) -> dict:
    return one_step({"kind": "join", "journey": str(getattr(journey, "uid", journey))}, **more)


def leaves(journey: Journey, **more) -> dict:
    return one_step({"kind": "leave", "journey": str(journey.uid)}, **more)


def waits(**more) -> dict:
    return one_step({"kind": "wait", "for": {"days": 7}}, **more)


def walk_at(moment) -> int:
    with time_machine.travel(moment, tick=False):
        return walk.run()


def came(journey: Journey) -> list[dict]:
    """What the path keeps of the first step, walk by walk."""
    found = [walker.visits.get(step="first").decision for walker in enrolled(journey)]
    return [{key: one[key] for key in ("joined", "why") if key in one} for one in found]


def test_whoever_comes_by_begins_the_other_journey_with_what_began_this_one():
    person, other = alice(), live_journey(waits(**NEVER_BY_ITSELF), "Other")
    first = live_journey(joins(other))
    listen(ordered(person, total=12))
    walk_at(NOON)
    [walker] = enrolled(other)
    assert (walker.contact, walker.step, walker.state) == (person, "first", "active")
    assert (walker.event["name"], walker.event["properties"], walker.event["depth"]) == (
        "Order Completed",
        {"total": 12},
        1,
    )
    assert (came(first), enrolled(first)[0].reason) == ([{"joined": True}], "Done")


def test_the_other_journeys_entry_rule_says_who_may_and_the_walk_goes_on():
    person, other = alice(), live_journey(waits(**NEVER_BY_ITSELF), "Other")
    first = live_journey(joins(other, entry={"again": "always"}))
    for day in (0, 1, 9):
        listen(ordered(person, f"m{day}", NOON + day * DAY), at=NOON + day * DAY)
        walk_at(NOON + day * DAY)
    assert len(enrolled(other)) == 1
    assert came(first) == [{"joined": True}, {"joined": False, "why": "on_it"}, {"joined": False, "why": "once"}]
    assert {walker.reason for walker in enrolled(first)} == {"Done"}


def test_of_two_walks_of_one_person_in_one_moment_one_begins_the_other_journey():
    person, other = alice(), live_journey(waits(**NEVER_BY_ITSELF), "Other")
    first = live_journey(joins(other, entry={"again": "always", "key": "order_id"}))
    listen(ordered(person, "m1", order_id="A1"), ordered(person, "m2", order_id="A2"))
    walk_at(NOON)
    assert len(enrolled(other)) == 1
    assert came(first) == [{"joined": True}, {"joined": False, "why": "on_it"}]


def test_with_a_key_the_other_journey_is_about_the_same_thing():
    person = alice()
    other = live_journey(waits(**NEVER_BY_ITSELF, entry={"again": "never", "key": "order_id"}), "Other")
    first = live_journey(joins(other, entry={"again": "always"}))
    listen(ordered(person, "m1", order_id="A1"))
    walk_at(NOON)
    listen(ordered(person, "m2", NOON + HOUR), at=NOON + HOUR)
    walk_at(NOON + HOUR)
    assert [walker.thing for walker in enrolled(other)] == ["A1"]
    assert came(first) == [{"joined": True}, {"joined": False, "why": "no_thing"}]


def test_a_journey_that_is_paused_is_not_begun():
    other = live_journey(waits(**NEVER_BY_ITSELF), "Other")
    pause_journey(other, by="Max", at=NOON - DAY)
    first = live_journey(joins(other))
    listen(ordered(alice()))
    walk_at(NOON)
    assert (enrolled(other), came(first)) == ([], [{"joined": False, "why": "not_on"}])


def test_journeys_that_lead_to_each_other_come_to_rest():
    one = live_journey(waits(**NEVER_BY_ITSELF), "One")
    two = live_journey(joins(one, entry={"again": "always"}), "Two")
    one.draft = joins(two, entry={"again": "always"}, **NEVER_BY_ITSELF)
    one.save()
    publish(one, by="Max", at=NOON - DAY)
    listen(ordered(alice()))
    for _again in range(5):
        walk_at(NOON)
    assert Enrolment.objects.count() == MAX_DEPTH_OF_CAUSES + 1
    assert Enrolment.objects.filter(visits__decision__why="loop").count() == 1
    assert not DueWait.objects.exists()


def test_a_journey_that_leads_off_another_ends_that_walk_and_says_so():
    person, other = alice(), live_journey(waits(**NEVER_BY_ITSELF), "Other")
    live_journey(joins(other), "Onto")
    listen(ordered(person))
    walk_at(NOON)
    live_journey(leaves(other, trigger={"event": "Order Refunded"}), "Off")
    event = ordered(person, "m2", NOON + HOUR)
    event.name = "Order Refunded"
    listen(event, at=NOON + HOUR)
    walk_at(NOON + HOUR)
    [walker] = enrolled(other)
    assert (walker.state, walker.outcome, walker.reason) == ("ended", Enrolment.Outcome.LED_OFF, "Off")
    assert not DueWait.objects.filter(enrolment=walker).exists()


def test_who_is_led_off_in_the_same_moment_does_nothing_more_there():
    person = alice()
    said = one_step({"kind": "remember", "key": "stage", "value": "buyer"})
    other = live_journey(said, "Other")
    first = live_journey(leaves(other), "First")
    Journey.objects.filter(pk=other.pk).update(name="Other")
    listen(ordered(person))
    walk_at(NOON)
    outcomes = {walker.journey.name: walker.outcome for walker in Enrolment.objects.select_related("journey")}
    person.refresh_from_db()
    walked_first = outcomes["Other"] == Enrolment.Outcome.FINISHED
    assert ("stage" in person.attributes) == walked_first
    assert outcomes["First"] == Enrolment.Outcome.FINISHED
    assert enrolled(first)[0].reason == "Done"


def test_others_on_that_journey_stay():
    person, other = bob(), live_journey(waits(), "Other")
    listen(ordered(person))
    live_journey(leaves(other), "Off")
    listen(ordered(alice(), "m2"))
    walk_at(NOON)
    assert [walker.contact for walker in enrolled(other) if walker.state == "active"] == [person]


@pytest.mark.parametrize("kind", ["join", "leave"])
def test_a_journey_that_does_not_exist_or_was_never_begun_is_refused_at_its_place(kind):
    draft = create_journey(name="Draft", draft=waits(), by="Max", at=NOON)
    for other in (uuid.uuid4(), draft.uid):
        with pytest.raises(InvalidDefinition) as refused:
            live_journey(one_step({"kind": kind, "journey": str(other)}))
        assert [problem.path for problem in refused.value.problems] == ["$.steps.first.journey"]
