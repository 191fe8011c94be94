"""A paused journey goes on: waits end, are shifted, or let those out who stood too long."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from campaigns.journeys import compiled, due
from campaigns.journeys.actions import pause_journey, resume_journey
from campaigns.journeys.models import DueWait, Enrolment
from campaigns.journeys.resuming import Waits, pile
from crm.dialogue.models import Message
from engage import walk
from engage.lib import clock
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, alice, bob, contact
from tests.engage.test_walk_at_once import at_once

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def journey_with(**wait):
    step = {"kind": "wait", "for": {"days": 3}, "next": "bye"} | wait
    definition = scenario()
    definition["steps"] = {
        "ask": definition["steps"]["ask"],
        "pause": {key: value for key, value in step.items() if value},
        "bye": {"kind": "end", "reason": "Asked"},
    }
    return live_journey(definition)


def walk_at(moment) -> None:
    with time_machine.travel(moment, tick=False):
        walk.run()


def paused_for_a_day(journey, *people):
    """They have waited for a day of three when it is paused."""
    listen(*(ordered(person, f"m{person.pk}") for person in people))
    walk_at(NOON)
    pause_journey(journey, by="Max", at=NOON + DAY)


def test_going_on_ends_the_waits_that_were_over_meanwhile():
    journey = journey_with()
    paused_for_a_day(journey, alice())
    walk_at(NOON + 4 * DAY)
    resume_journey(journey, by="Max", at=NOON + 5 * DAY)
    walk_at(NOON + 5 * DAY)
    assert enrolled(journey)[0].outcome == "finished"


def test_shifted_nobodys_wait_counts_the_pause():
    journey = journey_with()
    paused_for_a_day(journey, alice())
    walk_at(NOON + 4 * DAY)
    resume_journey(journey, by="Max", at=NOON + 5 * DAY, waits=Waits.SHIFT)
    wait = DueWait.objects.get()
    assert (wait.until, wait.due, wait.parked) == (NOON + 7 * DAY, NOON + 7 * DAY, False)
    walk_at(NOON + 7 * DAY - timedelta(seconds=1))
    assert enrolled(journey)[0].state == "active"
    walk_at(NOON + 7 * DAY)
    assert enrolled(journey)[0].outcome == "finished"


def test_rows_that_no_worker_has_parked_yet_are_shifted_too():
    journey = journey_with()
    paused_for_a_day(journey, alice())
    assert not DueWait.objects.get().parked
    resume_journey(journey, by="Max", at=NOON + DAY + HOUR, waits=Waits.SHIFT)
    assert DueWait.objects.get().due == NOON + 3 * DAY + HOUR


def test_a_wait_until_a_time_of_day_ends_at_that_time_again():
    journey = journey_with(clock="09:00")
    paused_for_a_day(journey, contact("Ines", timezone="Europe/Madrid"))
    resume_journey(journey, by="Max", at=NOON + 2 * DAY + HOUR, waits=Waits.SHIFT)
    assert DueWait.objects.get().until == datetime(2026, 5, 10, 7, tzinfo=UTC)


def test_a_date_stays_a_date():
    journey, person = journey_with(day={"of": "birthday"}, **{"for": None}), alice()
    person.attributes = {"birthday": "2026-05-20"}
    person.save()
    paused_for_a_day(journey, person)
    until = DueWait.objects.get().until
    assert until > NOON + 10 * DAY
    resume_journey(journey, by="Max", at=NOON + 2 * DAY, waits=Waits.SHIFT)
    assert DueWait.objects.get().until == until


def test_what_was_waited_for_and_happened_meanwhile_is_not_put_off():
    journey, person = journey_with(exits=[{"event": "Survey Answered", "next": "bye"}]), alice()
    paused_for_a_day(journey, person)
    answered = NOON + 2 * DAY
    listen(Happening(person.pk, name="Survey Answered", message_id="a", at=answered), at=answered)
    resume_journey(journey, by="Max", at=NOON + 3 * DAY, waits=Waits.SHIFT)
    walk_at(NOON + 3 * DAY)
    assert enrolled(journey)[0].outcome == "finished"


def test_what_was_over_before_the_pause_is_not_put_off():
    journey = journey_with()
    listen(ordered(alice()))
    walk_at(NOON)
    pause_journey(journey, by="Max", at=NOON + 4 * DAY)
    resume_journey(journey, by="Max", at=NOON + 6 * DAY, waits=Waits.SHIFT)
    walk_at(NOON + 6 * DAY)
    assert enrolled(journey)[0].outcome == "finished"


def test_who_stood_too_long_leaves_with_who_said_so_and_the_others_go_on():
    journey = journey_with()
    stale, fresh, waits = alice(), bob(), contact("Dora")
    listen(ordered(stale, "m1"))
    walk_at(NOON)
    listen(ordered(fresh, "m2", at=NOON + DAY), at=NOON + DAY)
    walk_at(NOON + DAY)
    listen(ordered(waits, "m3", at=NOON + 2 * DAY), at=NOON + 2 * DAY)
    walk_at(NOON + 2 * DAY)
    pause_journey(journey, by="Max", at=NOON + 2 * DAY)
    now = NOON + 4 * DAY + HOUR
    journey.refresh_from_db()
    found = pile(journey, at=now)
    assert (found.on_it, found.over, found.shifted, found.stale[DAY], found.paused) == (3, 2, 3, 1, 2 * DAY + HOUR)
    resume_journey(journey, by="Olga", at=now, waits=Waits.LET_OUT, longer_than=DAY)
    walk_at(now)
    assert [(walker.state, walker.outcome, walker.reason) for walker in enrolled(journey)] == [
        ("ended", "stale", "Olga"),
        ("ended", "finished", "Asked"),
        ("active", "", ""),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waits", Waits)
def test_while_chunks_are_under_way_nobody_is_stranded_and_each_is_sent_one_message(waits, monkeypatch):
    compiled.forget()
    monkeypatch.setattr(due, "CHUNK", 5)
    journey, now = journey_with(**{"for": {"seconds": 1}}), clock.now()
    crowd = [contact(f"Person {n}") for n in range(60)]
    listen(*(ordered(person, f"m{n}", at=now) for n, person in enumerate(crowd)), at=now)

    def toggle() -> None:
        for _ in range(6):
            pause_journey(journey, by="Max", at=clock.now())
            resume_journey(journey, by="Max", at=clock.now(), waits=waits, longer_than=DAY)

    assert at_once(walk.run, walk.run, toggle) == []
    for _ in range(4):
        DueWait.objects.update(lease_until=None, due=clock.now(), until=clock.now())
        walk.run()
    assert set(Enrolment.objects.values_list("outcome", flat=True)) == {"finished"}
    assert Message.objects.count() == 60
    assert not DueWait.objects.exists()
