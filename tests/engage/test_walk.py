"""The walking belt: who is due moves on, each step once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.journeys import compiled, due, walking
from campaigns.journeys.actions import end_enrolment, pause_journey, publish, resume_journey, stop_journey
from campaigns.journeys.models import DueWait, Enrolment, Journey, JourneyVersion, Visit
from crm.contacts.actions import merge
from crm.dialogue.models import Message, Occasion
from crm.events.actions import start_belt
from crm.events.models import BeltStop
from engage import walk
from tests.campaigns.journeys.happenings import Happening, counted, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.cast import NOON, alice, bob, carol, contact

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ALWAYS_THANK = {"lucky": {"kind": "branch", "rule": {"all": []}, "yes": "thank", "no": "bye"}}
ANSWER_OR_THREE_DAYS = {
    "pause": {
        "kind": "wait",
        "for": {"days": 3},
        "exits": [{"event": "Survey Answered", "next": "thank"}],
        "next": "bye",
    },
}
STRAIGHT = {"start": "ask", "steps": {"ask": letter("Hi", next="bye"), "bye": {"kind": "end", "reason": "Asked"}}}


def walk_at(moment, times=1) -> int:
    with time_machine.travel(moment, tick=False):
        return sum(walk.run() for _ in range(times))


def path(enrolment) -> list[tuple]:
    return list(enrolment.visits.order_by("number").values_list("number", "step"))


@pytest.fixture
def journey(db) -> Journey:
    return live_journey(scenario(steps=ALWAYS_THANK))


def test_a_walk_goes_from_message_to_wait_to_branch_to_end(journey):
    person = alice()
    listen(ordered(person, total=20))
    assert walk_at(NOON) == 1
    [walker] = enrolled(journey)
    assert (walker.step, walker.visit, walker.wait.until) == ("pause", 2, NOON + 3 * DAY)
    assert walk_at(NOON + 3 * DAY - timedelta(seconds=1)) == 0
    walk_at(NOON + 3 * DAY)
    [walker] = enrolled(journey)
    assert path(walker) == [(1, "ask"), (2, "pause"), (3, "lucky"), (4, "thank"), (5, "bye")]
    assert (walker.state, walker.outcome, walker.reason) == ("ended", "finished", "Asked")
    assert not DueWait.objects.exists()


def test_each_message_is_queued_once_with_its_origin_and_what_it_is_owed(journey):
    person = alice()
    listen(ordered(person, total=20))
    walk_at(NOON)
    [walker], [message] = enrolled(journey), Message.objects.all()
    assert message.origin == f"journey:{journey.uid}:ask"
    assert message.occurrence == f"{walker.uid}:1"
    assert (message.contact_id, message.klass, message.state) == (person.pk, "transactional", "queued")
    assert message.variables["event"]["properties"] == {"total": 20}
    assert message.content.skeleton
    occasion = Occasion.objects.get(origin=message.origin)
    assert (occasion.due, occasion.label) == (1, "Ask: What do you brew with?")


def test_a_belt_that_comes_late_walks_the_same_path(journey):
    listen(ordered(alice()))
    walk_at(NOON + 40 * DAY)
    walk_at(NOON + 80 * DAY)
    assert [step for _, step in path(enrolled(journey)[0])] == ["ask", "pause", "lucky", "thank", "bye"]


def test_what_was_waited_for_ends_the_wait_at_once():
    journey, person = (
        live_journey(
            scenario(
                steps=ANSWER_OR_THREE_DAYS
                | {"lucky": ALWAYS_THANK["lucky"]}
                | {
                    "pause": ANSWER_OR_THREE_DAYS["pause"] | {"next": "lucky"},
                }
            )
        ),
        alice(),
    )
    listen(ordered(person))
    walk_at(NOON)
    listen(Happening(person.pk, name="Survey Answered", message_id="a1", at=NOON - DAY), at=NOON)
    assert walk_at(NOON + timedelta(hours=1)) == 0, "it happened before the wait began"
    answered = NOON + timedelta(hours=2)
    listen(Happening(person.pk, name="Survey Answered", message_id="a2", at=answered), at=answered)
    walk_at(answered)
    [walker] = enrolled(journey)
    assert [step for _, step in path(walker)] == ["ask", "pause", "thank", "bye"]
    assert walker.visits.get(number=3).decision["after"]["message_id"] == "a2"


def test_pausing_leaves_people_where_they_stand_and_resuming_lets_them_go_on(journey):
    listen(ordered(alice()))
    pause_journey(journey, by="Max", at=NOON)
    walk_at(NOON, times=2)
    assert Message.objects.count() == 0
    assert DueWait.objects.get().parked
    resume_journey(journey, by="Max", at=NOON)
    walk_at(NOON)
    assert Message.objects.count() == 1


def test_stopping_lets_everybody_go(journey):
    listen(ordered(alice()), ordered(bob(), "m2"))
    walk_at(NOON)
    stop_journey(journey, by="Max", at=NOON)
    walk_at(NOON)
    assert {walker.outcome for walker in enrolled(journey)} == {"stopped"}
    assert not DueWait.objects.exists()
    assert Message.objects.count() == 2


def test_stopping_a_paused_journey_lets_everybody_go_too(journey):
    listen(ordered(alice()))
    pause_journey(journey, by="Max", at=NOON)
    walk_at(NOON)
    stop_journey(journey, by="Max", at=NOON)
    walk_at(NOON)
    assert enrolled(journey)[0].outcome == "stopped"


def test_who_was_on_it_when_it_was_stopped_leaves_also_where_it_is_published_again_at_once(journey):
    listen(ordered(alice()), ordered(bob(), "m2"))
    walk_at(NOON)
    stop_journey(journey, by="Max", at=NOON)
    publish(journey, by="Max", at=NOON)
    walk_at(NOON + timedelta(minutes=1))
    assert {walker.outcome for walker in enrolled(journey)} == {"stopped"}
    assert not DueWait.objects.exists()
    listen(ordered(carol(), "m3", at=NOON + timedelta(hours=1)), at=NOON + timedelta(hours=1))
    walk_at(NOON + timedelta(hours=1))
    assert [walker.outcome for walker in enrolled(journey)] == ["stopped", "stopped", ""]


def test_a_colleague_takes_one_person_off(journey):
    listen(ordered(alice()))
    walk_at(NOON)
    assert end_enrolment(enrolled(journey)[0], by="Max", at=NOON)
    assert not end_enrolment(enrolled(journey)[0], by="Max", at=NOON)
    walk_at(NOON + 3 * DAY)
    assert (enrolled(journey)[0].outcome, enrolled(journey)[0].reason) == ("taken_off", "Max")
    assert Message.objects.count() == 1


def test_of_two_people_who_are_one_the_older_walk_goes_on(journey):
    person, double = alice(), contact("Alice M.")
    listen(ordered(person, "m1"))
    listen(ordered(double, "m2"), at=NOON + DAY)
    merge(survivor=double, absorbed=person, by="Ada", at=NOON + DAY)
    older, younger = enrolled(journey)
    assert (older.state, older.contact_id) == ("active", double.pk)
    assert (younger.state, younger.outcome) == ("ended", "merged")
    walk_at(NOON + DAY)
    [message] = Message.objects.all()
    assert (message.contact_id, message.recorded_for_id) == (double.pk, person.pk)


def test_a_worker_that_slept_past_its_lease_does_nothing(journey):
    listen(ordered(alice()))
    with time_machine.travel(NOON, tick=False):
        token, claimed = due.claim(NOON)
        DueWait.objects.update(lease_until=NOON - DAY)
        walk.run()
        assert walking.lock(token, claimed, at=NOON) == []
    assert Message.objects.count() == 1


def break_step(journey: Journey, step: str) -> None:
    """As a bug of ours would: what publishing prepared for one step is gone."""
    version = JourneyVersion.objects.get(journey=journey)
    version.prepared.pop(step)
    version.save()
    compiled.forget()


def test_who_cannot_go_on_leaves_with_the_reason_and_the_others_walk(journey):
    broken = live_journey(STRAIGHT | {"trigger": {"event": "Order Completed"}}, name="Broken")
    break_step(broken, "ask")
    crowd = [contact(f"Person {n}") for n in range(5)]
    listen(*(ordered(person, f"m{n}") for n, person in enumerate(crowd)))
    walk_at(NOON)
    assert {(w.outcome, w.reason) for w in enrolled(broken)} == {("failed", "KeyError")}
    assert {w.visit for w in enrolled(journey)} == {2}
    assert Message.objects.count() == 5
    assert not DueWait.objects.filter(enrolment__journey=broken).exists()


def test_a_fault_that_hits_everybody_stops_the_belt_instead(journey):
    break_step(journey, "ask")
    crowd = [contact(f"Person {n}") for n in range(25)]
    listen(*(ordered(person, f"m{n}") for n, person in enumerate(crowd)))
    walk_at(NOON)
    assert {walker.state for walker in enrolled(journey)} == {"active"}
    assert BeltStop.objects.get(lifted=None).belt == "walk"
    DueWait.objects.update(lease_until=NOON - DAY)
    assert walk_at(NOON) == 0
    start_belt("walk", by="Olga", at=NOON)
    assert due.claim(NOON)[1]


def test_who_stops_the_belt_again_and_again_is_left_behind(journey):
    listen(ordered(alice()))
    DueWait.objects.update(attempts=walk.MOST_ATTEMPTS)
    walk_at(NOON)
    assert (enrolled(journey)[0].outcome, enrolled(journey)[0].reason) == ("failed", walking.KEPT_STOPPING)


def _queries(moment) -> int:
    with CaptureQueriesContext(connection) as captured, time_machine.travel(moment, tick=False):
        walk.step()
    return counted(captured)


@pytest.mark.parametrize("people", [1, 60])
def test_the_number_of_queries_does_not_depend_on_the_people(journey, people):
    in_britain = {"field": "contact.country", "op": "is", "value": "GB"}
    asking = {"lucky": {"kind": "branch", "rule": in_britain, "yes": "thank", "no": "bye"}}
    live_journey(scenario(steps=asking), name="Another")
    live_journey(STRAIGHT | {"trigger": {"event": "Order Completed"}}, name="Short")
    crowd = [contact(f"Person {n}") for n in range(people)]
    listen(*(ordered(person, f"m{n}") for n, person in enumerate(crowd)))
    assert _queries(NOON - DAY) == 1
    assert _queries(NOON) == 16
    assert Visit.objects.count() == people * 6
    assert Enrolment.objects.filter(state="active").count() == people * 2
    assert _queries(NOON + 3 * DAY) == 16
