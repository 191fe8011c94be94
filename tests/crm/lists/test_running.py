"""An act on very many: in slices, each person once, whoever dies in between."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from crm.contacts.jobs.hand import LEASE, claim
from crm.contacts.models import Contact, Pause
from crm.lists import bulk, retention, running
from crm.lists.acts import ACTS
from crm.lists.models import BulkAct, BulkChange
from crm.segments.models import Picked
from crm.segments.picking import create_picked_segment
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_slices(monkeypatch) -> None:
    monkeypatch.setattr(running, "SLICE", 2)


@pytest.fixture
def friends():
    return create_picked_segment(name="Friends", by="Max", at=cast.NOON)


@pytest.fixture
def seven() -> list[Contact]:
    """Every second speaks English."""
    return [cast.contact(f"Person {n}", language="en" if n % 2 else "es") for n in range(7)]


def begun(max_, act: str = "pause", filters: dict | None = None, **said) -> BulkAct:
    job = bulk.begin(act, said or {"days": 7}, number=7, colleague=max_, at=clock.now(), filters=filters or {})
    assert job.state == "running" and job.lease is None
    return job


def paused() -> set[str]:
    return {one.contact.name for one in Pause.objects.filter(lifted=None)}


def test_all_who_fit_are_reached_and_nobody_who_came_later(max_, seven) -> None:
    job = begun(max_, filters={"language": "en"})
    cast.contact("Person 9", language="en")
    assert running.run() == 1
    job.refresh_from_db()
    assert (job.state, job.fraction, job.counts) == ("done", 1.0, {"changed": 3, "looked_at": 3})
    assert paused() == {"Person 1", "Person 3", "Person 5"}


def test_what_a_killed_worker_left_is_taken_up_by_the_next_and_done_once(max_, seven, friends, monkeypatch) -> None:
    begun(max_, "put-in", id=friends.pk, name="Friends")
    real, seen = running.refresh, []

    def die_in_the_third_slice(held, *, at) -> None:
        seen.extend(held)
        if len(seen) > 4:
            raise KeyboardInterrupt
        real(held, at=at)

    monkeypatch.setattr(running, "refresh", die_in_the_third_slice)
    monkeypatch.setattr(running.Hand, "let_go", lambda *_args, **_fields: True)
    with pytest.raises(KeyboardInterrupt):
        running.run()
    monkeypatch.undo()
    assert Picked.objects.count() == BulkChange.objects.count() == 4, "the slice under way was rolled back"
    assert claim(BulkAct, at=clock.now()) is None, "its lease stands"
    job = claim(BulkAct, at=clock.now() + 2 * LEASE)
    assert job and job.counts["changed"] == 4
    running.carry_out(job)
    assert Picked.objects.count() == BulkChange.objects.count() == 7
    assert BulkAct.objects.get().counts == {"changed": 7, "looked_at": 7}


def test_an_error_that_passes_leaves_it_to_the_next_worker(max_, seven, monkeypatch) -> None:
    begun(max_)

    def fail(*_args) -> None:
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(running.slices, "write", fail)
        with pytest.raises(OperationalError):
            running.run()
    assert BulkAct.objects.get().lease is None
    running.run()
    assert len(paused()) == 7


def test_what_repeats_stops_it_with_a_reason_and_it_can_go_on(max_, seven, friends) -> None:
    job = begun(max_, filters={"group": str(friends.uid)})
    friends.delete()
    running.run()
    job.refresh_from_db()
    assert job.state == "failed" and "is gone" in job.problem
    BulkAct.objects.update(filters={})
    bulk.go_on(job, at=clock.now())
    running.run()
    assert len(paused()) == 7


def test_it_is_stopped_between_two_slices_and_goes_on_or_is_undone(max_, seven, monkeypatch) -> None:
    job = begun(max_)
    real = running.Hand.keep

    def stop_after_the_first(hand) -> None:
        real(hand)
        bulk.stop(job, at=clock.now())

    with monkeypatch.context() as patch:
        patch.setattr(running.Hand, "keep", stop_after_the_first)
        running.run()
    job.refresh_from_db()
    assert job.state == "stopped" and len(paused()) == 2
    bulk.go_on(job, at=clock.now())
    running.run()
    assert len(paused()) == 7
    job.refresh_from_db()
    bulk.undo(job, by="Max", at=clock.now())
    running.run()
    assert paused() == set()


def test_undoing_is_taken_up_again_as_well(max_, seven, friends, monkeypatch) -> None:
    begun(max_, "put-in", id=friends.pk, name="Friends")
    running.run()
    job = BulkAct.objects.get()
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    bulk.undo(job, by="Max", at=clock.now())
    claimed = claim(BulkAct, at=clock.now())
    hand = running.Hand(claimed)
    assert running._take_back(hand)
    later = claim(BulkAct, at=clock.now() + 2 * LEASE)
    assert later and later.counts["back"] == 2 and Picked.objects.count() == 5
    running.carry_out(later)
    job.refresh_from_db()
    assert (job.state, job.counts["back"], Picked.objects.count()) == ("undone", 7, 0)


@pytest.mark.parametrize(
    ("act", "said"),
    [("pause", {"days": 0}), ("lift", {}), ("company", {"id": 0, "name": "", "made": False})],
)
def test_a_slice_costs_the_same_for_twenty_as_for_one(max_, act, said, monkeypatch) -> None:
    def queries(people: int) -> int:
        job = bulk.begin(act, said, number=people, colleague=max_, at=clock.now(), filters={})
        claimed = claim(BulkAct, at=clock.now() + timedelta(minutes=5))
        with CaptureQueriesContext(connection) as made:
            running._do(running.Hand(claimed))
        BulkAct.objects.filter(pk=job.pk).delete()
        return len(made)

    monkeypatch.setattr(running, "SLICE", 50)
    cast.contact("First")
    before = queries(1)
    for n in range(20):
        cast.contact(f"Person {n}")
    assert queries(21) == before


def test_after_a_month_the_journal_goes_and_the_act_stays(max_, seven) -> None:
    bulk.begin("pause", {"days": 7}, number=7, colleague=max_, at=clock.now(), chosen=[one.pk for one in seven])
    retention.sweep(at=clock.now() + timedelta(days=29))
    assert BulkChange.objects.count() == 7
    retention.sweep(at=clock.now() + timedelta(days=31))
    assert not BulkChange.objects.exists()
    assert BulkAct.objects.get().chosen == []


def test_every_act_has_a_verb_words_and_roles() -> None:
    assert set(ACTS) == {"put-in", "take-out", "remember", "pause", "lift", "company", "withdraw", "begin"}
    assert all(act.roles >= {"owner", "marketer"} for act in ACTS.values())
