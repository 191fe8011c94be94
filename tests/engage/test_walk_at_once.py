"""Several workers, pauses and merges at the same time: everybody walks the same path, each step once."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction

from campaigns.journeys import compiled, due
from campaigns.journeys.actions import end_enrolment, pause_journey, resume_journey, stop_journey
from campaigns.journeys.models import DueWait, Enrolment, Journey, StepTally, Visit
from crm.contacts.actions import hold, merge
from crm.dialogue.models import Message
from engage import walk
from engage.lib import clock
from tests.campaigns.journeys.happenings import listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, split
from tests.cast import contact

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 120
TEN_STEPS = {
    "trigger": {"event": "Order Completed"},
    "entry": {"again": "always"},
    "start": "a",
    "steps": {
        "a": letter("A", next="b"),
        "b": split(c=50, d=50),
        "c": letter("C", next="d"),
        "d": letter("D", next="end"),
        "end": {"kind": "end", "reason": "Through"},
    },
}


@pytest.fixture
def journey(db) -> Journey:
    compiled.forget()
    return live_journey(TEN_STEPS)


@pytest.fixture
def crowd(journey):
    crowd = [contact(f"Person {n}") for n in range(PEOPLE)]
    now = clock.now()
    listen(*(ordered(person, f"m{n}", at=now) for n, person in enumerate(crowd)), at=now)
    return crowd


def at_once(*jobs) -> list[Exception]:
    """Run the jobs in threads of their own; what they raised."""
    raised: list[Exception] = []

    def run(job) -> None:
        try:
            job()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def walk_until_nobody_waits() -> None:
    DueWait.objects.update(lease_until=None, due=clock.now())
    while walk.run():
        DueWait.objects.update(lease_until=None)


def test_four_workers_walk_everybody_once(journey, crowd, monkeypatch):
    monkeypatch.setattr(due, "CHUNK", 10)
    assert at_once(*[walk.run] * 4) == []
    walk_until_nobody_waits()
    assert Counter(Enrolment.objects.values_list("outcome", flat=True)) == {"finished": PEOPLE}
    visits = Counter(Visit.objects.values_list("step", flat=True))
    assert visits["a"] == visits["b"] == visits["d"] == visits["end"] == PEOPLE
    assert Message.objects.count() == visits["a"] + visits["c"] + visits["d"]
    assert dict(StepTally.objects.values_list("step", "visits")) == dict(visits)


def test_pausing_and_resuming_while_workers_walk_strands_nobody(journey, crowd, monkeypatch):
    monkeypatch.setattr(due, "CHUNK", 5)

    def toggle() -> None:
        for _ in range(5):
            pause_journey(journey, by="Max", at=clock.now())
            resume_journey(journey, by="Max", at=clock.now())

    assert at_once(walk.run, walk.run, toggle) == []
    assert not DueWait.objects.filter(parked=True).exists()
    walk_until_nobody_waits()
    assert set(Enrolment.objects.values_list("outcome", flat=True)) == {"finished"}
    assert Message.objects.filter(origin__endswith=":a").count() == PEOPLE


def test_a_pause_that_has_answered_is_obeyed(journey, crowd, monkeypatch):
    monkeypatch.setattr(due, "CHUNK", 5)
    said: list[int] = []

    def pause() -> None:
        pause_journey(journey, by="Max", at=clock.now())
        said.append(Message.objects.count())

    assert at_once(walk.run, walk.run, pause) == []
    walk_until_nobody_waits()
    assert [Message.objects.count()] == said


def test_stopping_merging_and_taking_off_while_workers_walk_deadlocks_nobody(journey, crowd, monkeypatch):
    monkeypatch.setattr(due, "CHUNK", 5)
    pairs = list(zip(crowd[:20:2], crowd[1:20:2], strict=True))

    def merge_some() -> None:
        for survivor, absorbed in pairs:
            merge(survivor=survivor, absorbed=absorbed, by="Ada", at=clock.now())

    def take_off() -> None:
        for walker in Enrolment.objects.filter(contact__in=crowd[20:40]):
            end_enrolment(walker, by="Max", at=clock.now())

    def stop() -> None:
        stop_journey(journey, by="Max", at=clock.now())

    assert at_once(walk.run, walk.run, merge_some, take_off, stop) == []
    walk_until_nobody_waits()
    assert not DueWait.objects.exists()
    assert not Enrolment.objects.filter(state="active").exists()
    assert Message.objects.filter(origin__endswith=":a").count() <= PEOPLE


def test_who_is_in_other_hands_is_left_for_later_and_not_waited_for(journey, crowd):
    with transaction.atomic():
        hold(contacts=[crowd[0].pk])
        assert at_once(walk.step) == []
        assert set(Enrolment.objects.filter(state="active").values_list("contact", flat=True)) == {crowd[0].pk}
    walk_until_nobody_waits()
    assert not DueWait.objects.exists()


def test_what_a_killed_worker_had_claimed_is_walked_once_its_lease_is_over(journey, crowd):
    token, claimed = due.claim(clock.now())
    assert len(claimed) == PEOPLE
    assert walk.run() == 0
    DueWait.objects.filter(lease=token).update(lease_until=clock.now() - timedelta(seconds=1))
    assert walk.run() == PEOPLE
    assert Message.objects.filter(origin__endswith=":a").count() == PEOPLE
