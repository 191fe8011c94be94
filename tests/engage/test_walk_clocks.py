"""The walking belt when clocks jump, change to summer time and back, or were not looked at for hours."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from campaigns.journeys.actions import stop_journey
from campaigns.journeys.models import DueWait, Enrolment, StepTally, Visit
from crm.dialogue.models import Message
from crm.events.actions import accept
from crm.events.models import Inbox
from engage import listen as listening
from engage import walk
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, alice, contact

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BYE = {"kind": "end", "reason": "Through"}


def waits(*spans: dict) -> dict:
    """A letter, then a wait and a letter for each of these."""
    steps = {"m0": letter("M0", next="w0"), "bye": BYE}
    for number, span in enumerate(spans):
        after = f"w{number + 1}" if number + 1 < len(spans) else "bye"
        steps[f"w{number}"] = {"kind": "wait", "next": f"m{number + 1}", **span}
        steps[f"m{number + 1}"] = letter(f"M{number + 1}", next=after)
    return {"trigger": {"event": "Order Completed"}, "start": "m0", "steps": steps}


def walk_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return walk.run()


def assert_each_once(people: int, steps: list[str]) -> None:
    assert [*map(list, paths().values())] == [steps] * people
    letters = [step for step in steps if step.startswith("m")]
    assert Counter(Message.objects.values_list("occurrence", flat=True)).most_common(1)[0][1] == 1
    assert Message.objects.count() == people * len(letters)
    assert {state for (state,) in Enrolment.objects.values_list("state")} == {"ended"}
    assert not DueWait.objects.exists()
    assert sum(StepTally.objects.values_list("visits", flat=True)) == people * len(steps)


def paths() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for enrolment, step in Visit.objects.order_by("enrolment", "number").values_list("enrolment", "step"):
        found.setdefault(enrolment, []).append(step)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_clock_that_jumps_an_hour_either_way_lets_each_step_happen_once(seed):
    chance, people = random.Random(seed), 12
    live_journey(waits({"for": {"minutes": 20}}, {"for": {"hours": 2}}, {"for": {"seconds": 30}}))
    listen(*(ordered(contact(f"Person {n}"), f"m{n}") for n in range(people)))
    now = NOON
    while DueWait.objects.exists():
        walk_at(now + chance.choice([-HOUR, timedelta(0), HOUR]))
        now += timedelta(minutes=5)
        assert now < NOON + DAY, "somebody is stranded"
    assert_each_once(people, ["m0", "w0", "m1", "w1", "m2", "w2", "m3", "bye"])


def test_two_workers_whose_clocks_are_an_hour_apart_do_nothing_twice():
    people = 12
    live_journey(waits({"for": {"minutes": 20}}, {"for": {"minutes": 90}}))
    listen(*(ordered(contact(f"Person {n}"), f"m{n}") for n in range(people)))
    for minutes in range(0, 240, 10):
        walk_at(NOON + timedelta(minutes=minutes))
        walk_at(NOON + timedelta(minutes=minutes) + HOUR)
    assert_each_once(people, ["m0", "w0", "m1", "w1", "m2", "bye"])


@pytest.mark.parametrize(
    ("zone", "day", "clock", "moments"),
    [
        ("Europe/Madrid", "2026-03-28", "02:30", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        ("Europe/Madrid", "2026-10-24", "02:30", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("America/New_York", "2026-03-07", "02:30", ["2026-03-08T07:00", "2026-03-09T06:30"]),
        ("America/New_York", "2026-10-31", "01:30", ["2026-11-01T05:30", "2026-11-02T06:30"]),
    ],
)
def test_a_local_time_comes_once_where_the_clocks_change(zone, day, clock, moments):
    """Where they skip it, when they jump past it; where it comes twice, the first time."""
    begin = datetime.fromisoformat(f"{day}T12:00+00:00")
    live_journey(waits({"clock": clock}, {"clock": clock}))
    person = contact("Person", timezone=zone)
    listen(ordered(person, at=begin), at=begin)
    for step in range(0, 60 * 60, 15):
        walk_at(begin + timedelta(minutes=step))
    assert_each_once(1, ["m0", "w0", "m1", "w1", "m2", "bye"])
    sent = [at for (at,) in Message.objects.order_by("at").values_list("at")]
    assert sent == [begin, *(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments)]


def test_a_worker_that_slept_six_hours_does_each_thing_once_and_begins_the_next_wait_from_then():
    people = 12
    journey = live_journey(waits({"for": {"minutes": 20}}, {"for": {"minutes": 20}}))
    listen(*(ordered(contact(f"Person {n}"), f"m{n}") for n in range(people)))
    walk_at(NOON)
    woke = NOON + 6 * HOUR
    walk_at(woke), walk_at(woke)
    assert Counter(Message.objects.values_list("at", flat=True)) == {NOON: people, woke: people}
    assert set(DueWait.objects.values_list("since", "until")) == {(woke, woke + timedelta(minutes=20))}
    walk_at(woke + timedelta(minutes=20))
    assert_each_once(people, ["m0", "w0", "m1", "w1", "m2", "bye"])
    assert journey.enrolments.filter(outcome="finished").count() == people


@pytest.mark.parametrize(("hours", "begun"), [(5, 0), (7, 1)])
def test_what_happened_six_hours_ago_begins_only_what_is_fresh_enough_for_it(hours, begun):
    journey = live_journey(waits({"for": {"hours": 1}}) | {"freshness_hours": hours})
    listen(ordered(alice(), at=NOON - 6 * HOUR))
    assert len(enrolled(journey)) == begun


def left_cart(**changes) -> dict:
    """Who orders within an hour gets nothing."""
    pause = {
        "kind": "wait",
        "for": {"hours": 1},
        "exits": [{"event": "Order Completed", "next": "bye"}],
        "next": "m1",
    }
    return {
        "trigger": {"event": "Checkout Started"},
        "start": "w0",
        "steps": {"w0": pause, "m1": letter("Your cart", next="bye"), "bye": BYE},
    } | changes


def unread(person, at: datetime) -> None:
    """They ordered, and nobody has read it yet."""
    call = {"type": "track", "userId": person.name, "event": "Order Completed", "timestamp": at.isoformat()}
    accept(source="write", call="batch", body=json.dumps({"batch": [call]}), events=1)
    Inbox.objects.update(received=at, due=NOON)


def test_who_did_it_in_time_is_not_told_that_they_did_not_where_the_belts_wake_in_any_order():
    person = contact("u1")
    person.identities.create(recorded_for=person, kind="external", value="u1", proof="import")
    journey = live_journey(left_cart())
    listen(Happening(person.pk, "Checkout Started"))
    walk_at(NOON)
    unread(person, NOON + timedelta(minutes=30))
    woke = NOON + 6 * HOUR
    assert walk_at(woke) == 0
    with time_machine.travel(woke, tick=False):
        assert listening.run() == 1
    walk_at(woke)
    [walked] = enrolled(journey)
    assert (walked.state, [*walked.visits.order_by("number").values_list("step", flat=True)]) == (
        "ended",
        ["w0", "bye"],
    )
    assert not Message.objects.exists()


def test_what_came_in_after_the_end_of_a_wait_holds_nobody_up():
    person = contact("u1")
    live_journey(left_cart())
    listen(Happening(person.pk, "Checkout Started"))
    walk_at(NOON)
    unread(person, NOON + 2 * HOUR)
    assert walk_at(NOON + 6 * HOUR) == 1
    assert Message.objects.count() == 1


def test_looks_and_beginnings_wait_for_nothing_unread():
    watching = {"kind": "wait", "for": {"days": 1}, "exits": [], "next": "bye"}
    watching["exits"] = [{"rule": {"field": "contact.language", "op": "is", "value": "es"}, "next": "bye"}]
    journey = live_journey(scenario(start="w0", steps={"w0": watching}) | {"steps": {"w0": watching, "bye": BYE}})
    person = alice()
    unread(person, NOON - DAY)
    listen(ordered(person))
    assert walk_at(NOON) == 1
    person.language = "es"
    person.save()
    assert walk_at(NOON + HOUR) == 1
    assert enrolled(journey)[0].state == "ended"


def test_a_journey_that_is_stopped_lets_all_go_whatever_is_unread():
    person = alice()
    journey = live_journey(left_cart())
    listen(Happening(person.pk, "Checkout Started"))
    walk_at(NOON)
    unread(person, NOON + timedelta(minutes=1))
    stop_journey(journey, by="Max", at=NOON + 2 * HOUR)
    walk_at(NOON + 2 * HOUR)
    assert enrolled(journey)[0].outcome == "stopped"
