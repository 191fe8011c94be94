"""On its first day a journey that would send far more than was to be expected pauses itself."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.journeys import brake, compiled, due
from campaigns.journeys.actions import (
    BrakeOn,
    begin_shadow,
    create_journey,
    publish,
    resume_journey,
    stop_journey,
    switch_on,
)
from campaigns.journeys.models import Backtest, Brake, DueWait, Enrolment, Journey, Visit
from crm.dialogue.models import Message
from engage import walk
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import counted, listen, ordered
from tests.campaigns.journeys.scenarios import letter
from tests.cast import NOON, contact
from tests.engage.test_walk_at_once import at_once

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db(transaction=True)

TWICE = {
    "trigger": {"event": "Order Completed"},
    "entry": {"again": "always"},
    "start": "ask",
    "steps": {
        "ask": letter("Hi", next="more"),
        "more": letter("And more", next="bye"),
        "bye": {"kind": "end", "reason": "Asked"},
    },
}
ONCE = TWICE | {"steps": {"ask": letter("Hi", next="bye"), "bye": TWICE["steps"]["bye"]}}


@pytest.fixture(autouse=True)
def few_an_hour(monkeypatch):
    compiled.forget()
    monkeypatch.setattr(brake, "MOST_AN_HOUR", 50)


def switched_on(definition: dict = ONCE, *, at=NOON, peaks=()) -> Journey:
    journey = create_journey(name="Hello", draft=definition, by="Max", at=at)
    for peak in peaks:
        backtested(journey, peak, at)
    publish(journey, by="Max", at=at)
    return journey


def backtested(journey: Journey, peak: int, at) -> None:
    bounds = {"nobody": {"days": {"2026-03-01": [peak, 9]}}, "everybody": {"days": {"2026-03-02": [min(peak, 1), 0]}}}
    Backtest.objects.create(
        journey=journey, definition=journey.draft, since=at, until=at, upto=0, state="done",
        result={"bounds": bounds}, by="Max", at=at,
    )  # fmt: skip


def begin(number: int, at, first: int = 0) -> None:
    crowd = [contact(f"Person {first + n}") for n in range(number)]
    listen(*(ordered(person, f"m{person.pk}", at=at) for person in crowd), at=at)


def walk_at(moment) -> None:
    with time_machine.travel(moment, tick=False):
        walk.run()
        DueWait.objects.update(lease_until=None)
        walk.run()
        DueWait.objects.update(lease_until=None)


def state_of(journey: Journey) -> tuple[str, str]:
    journey.refresh_from_db()
    return journey.state, journey.state_by


def test_what_is_to_be_expected_passes():
    journey = switched_on(peaks=[20])
    begin(50, NOON)
    walk_at(NOON)
    assert Message.objects.count() == 50
    assert state_of(journey) == ("live", "Max")


def test_more_in_an_hour_is_not_queued_and_the_journey_pauses_itself():
    journey = switched_on()
    begin(51, NOON)
    walk_at(NOON)
    assert Message.objects.count() == 50
    assert state_of(journey) == ("paused", "brake")
    made = Brake.objects.get()
    assert (made.sent, made.why, made.tripped) == (50, "hour", NOON)
    [left] = Enrolment.objects.filter(state="active")
    assert (left.visit, left.wait.parked) == (0, True)
    assert not Visit.objects.filter(enrolment=left).exists()


def test_three_times_the_busiest_day_of_the_last_backtest_is_the_limit_of_the_day():
    journey = switched_on(peaks=[1, 10])
    begin(20, NOON)
    walk_at(NOON)
    begin(11, NOON + 20 * HOUR, first=20)
    walk_at(NOON + 20 * HOUR)
    assert Message.objects.count() == 30
    assert (Brake.objects.get().a_day, Brake.objects.get().why) == (30, "day")
    assert state_of(journey)[0] == "paused"


def test_a_backtest_in_which_nobody_was_found_says_nothing():
    switched_on(peaks=[0])
    assert Brake.objects.get().a_day is None


def test_every_hour_is_looked_at_wherever_it_begins():
    journey = switched_on()
    for number, minutes in enumerate((0, 30, 61)):
        begin(24, NOON + timedelta(minutes=minutes), first=100 * number)
        walk_at(NOON + timedelta(minutes=minutes))
    assert Message.objects.count() == 72
    assert state_of(journey)[0] == "live"
    begin(3, NOON + timedelta(minutes=89), first=900)
    walk_at(NOON + timedelta(minutes=89))
    assert Message.objects.count() == 74, "50 since half past"
    assert state_of(journey)[0] == "paused"


def test_after_the_first_day_and_on_changes_of_what_runs_nothing_is_counted():
    journey = switched_on()
    publish(journey, by="Max", at=NOON + 23 * HOUR)
    begin(51, NOON + DAY)
    walk_at(NOON + DAY)
    assert Message.objects.count() == 51
    stop_journey(journey, by="Max", at=NOON + DAY)
    publish(journey, by="Max", at=NOON + DAY)
    assert Brake.objects.get().until == NOON + 2 * DAY


def test_a_walk_of_two_messages_is_not_cut_in_two():
    switched_on(TWICE)
    begin(26, NOON)
    walk_at(NOON)
    assert Message.objects.count() == 50
    switched_on(TWICE, peaks=[17])
    begin(26, NOON, first=50)
    walk_at(NOON)
    assert Message.objects.filter(origin__contains=str(Journey.objects.last().uid)).count() == 50


def test_what_walks_in_shadow_is_not_counted_and_its_first_day_begins_when_it_is_switched_on():
    journey = create_journey(name="Hello", draft=ONCE, by="Max", at=NOON)
    begin_shadow(journey, by="Max", at=NOON)
    begin(60, NOON)
    walk_at(NOON)
    assert not Brake.objects.exists()
    assert state_of(journey)[0] == "shadow"
    switch_on(journey, go_on=False, by="Max", at=NOON + DAY)
    assert Brake.objects.get().since == NOON + DAY


def test_somebody_says_that_so_many_are_right_and_it_goes_on():
    journey = switched_on()
    begin(70, NOON)
    walk_at(NOON)
    with pytest.raises(BrakeOn):
        resume_journey(journey, by="Max", at=NOON)
    assert state_of(journey)[0] == "paused"
    resume_journey(journey, by="Olga", at=NOON, sure=True)
    walk_at(NOON)
    assert Message.objects.count() == 70
    assert Brake.objects.get().lifted_by == "Olga"
    assert state_of(journey) == ("live", "Olga")


def test_a_worker_that_died_before_it_could_pause_is_followed_by_one_that_does(monkeypatch):
    journey = switched_on()
    begin(60, NOON)
    with monkeypatch.context() as patch:
        patch.setattr(brake, "pull", lambda journey: None)
        walk_at(NOON)
    assert state_of(journey)[0] == "live"
    assert Message.objects.count() == 50
    walk_at(NOON)
    assert state_of(journey)[0] == "paused"
    assert Message.objects.count() == 50


def test_two_workers_at_once_keep_exactly_to_the_limit(monkeypatch):
    monkeypatch.setattr(due, "CHUNK", 7)
    now = clock.now()
    journeys = [switched_on(at=now), switched_on(at=now, peaks=[5])]
    begin(80, now)
    assert at_once(walk.run, walk.run) == []
    for _ in range(3):
        DueWait.objects.update(lease_until=None)
        walk.run()
    sent = [Message.objects.filter(origin__contains=str(journey.uid)).count() for journey in journeys]
    assert sent == [50, 15]
    assert [state_of(journey) for journey in journeys] == [("paused", "brake")] * 2
    assert not DueWait.objects.filter(parked=False).exists()


def test_counting_takes_two_statements_for_any_number_of_people():
    def queries(number: int) -> int:
        begin(number, NOON, first=number * 100)
        with CaptureQueriesContext(connection) as captured, time_machine.travel(NOON, tick=False):
            walk.step()
        return counted(captured)

    journey = switched_on()
    queries(1)
    first_day = queries(1)
    assert queries(9) == first_day
    Brake.objects.filter(journey=journey).update(lifted=NOON)
    assert queries(9) == first_day - 2


def test_the_pages_say_so_and_ask_whether_it_is_right(client):
    journey = switched_on(at=clock.now())
    begin(51, clock.now())
    walk.run()
    client.force_login(cast.olga())
    assert "“Hello” paused itself" in client.get(reverse("home")).content.decode()
    page = client.get(reverse("journey", args=[journey.uid])).content.decode()
    assert "more than 50 messages in an hour" in page and "by itself" in page
    resume = reverse("resume_journey", args=[journey.uid])
    assert "Yes, that is right" in client.get(resume).content.decode()
    assert client.post(resume, {"waits": "go_on"}).status_code == 400
    assert state_of(journey)[0] == "paused"
    client.post(resume, {"waits": "go_on", "sure": "1"})
    assert state_of(journey)[0] == "live"
    assert "paused itself" not in client.get(reverse("home")).content.decode()
