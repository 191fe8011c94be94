"""The pause of everything, and a hold of what one origin sends: what piles up behind them, and what becomes of it."""

from datetime import timedelta

import pytest

from crm.contacts.actions import lift_pause, pause
from crm.contacts.models import Contact, Pause, Topic
from crm.dialogue import outbox
from crm.dialogue.actions import hold_origin, lift_hold, queue, work_off
from crm.dialogue.models import Message
from crm.dialogue.outbox import Settled
from engage import speak
from tests.engage.speaking.messages import MORNING, draft, say_it

pytestmark = pytest.mark.django_db


def test_pausing_everything_holds_marketing_and_lets_receipts_pass(alice: Contact, news: Topic) -> None:
    pause(contact=None, until=None, by="Olga", at=MORNING)

    assert say_it(alice, news).why == "everything_stopped"
    receipt = say_it(alice, klass="transactional", origin="order:1", subject="Thanks", text="Ok", content=None)
    assert receipt.state == "kept"
    assert lift_pause(contact=None, by="Olga", at=MORNING)


def test_what_comes_from_an_origin_that_is_held_waits_until_it_is_lifted(alice: Contact, news: Topic) -> None:
    hold_origin(origin="journey:x:y", because="Wrong price", by="Olga", at=MORNING)
    held = say_it(alice, news)
    other = say_it(alice, news, origin="journey:x:z")
    receipt = say_it(alice, klass="transactional", occurrence="r", subject="Thanks", text="Ok")
    assert (held.why, held.detail["by"], receipt.why, other.state) == ("held", "Olga", "held", "kept")

    assert work_off(at=MORNING, seconds=1) == 0
    assert lift_hold(origin="journey:x:y", by="Olga", at=MORNING)
    assert work_off(at=MORNING, seconds=1) == 2
    speak.run()
    assert set(Message.objects.values_list("state", flat=True)) == {"kept"}


def test_what_was_due_before_the_moment_that_is_chosen_is_dropped_when_a_switch_is_lifted(
    alice: Contact, news: Topic
) -> None:
    hold_origin(origin="journey:x:y", by="Olga", at=MORNING)
    late = say_it(alice, news, due=MORNING - timedelta(days=2))
    fresh = say_it(alice, news, occurrence="2", due=MORNING - timedelta(hours=2))
    lift_hold(origin="journey:x:y", drop_before=MORNING - timedelta(days=1), by="Olga", at=MORNING)
    work_off(at=MORNING, seconds=1)
    speak.run()
    late.refresh_from_db()
    fresh.refresh_from_db()
    assert (late.state, late.why, fresh.state) == ("withheld", "dropped_after_hold", "kept")


def test_what_a_chunk_adds_to_a_pile_just_after_it_was_lifted_is_let_go_by_the_next_sweep(
    alice: Contact, news: Topic
) -> None:
    pause(contact=None, until=None, by="Olga", at=MORNING)
    lift_pause(contact=None, by="Olga", at=MORNING)
    work_off(at=MORNING, seconds=1)
    (pk,) = queue([draft(alice, news)], at=MORNING)
    outbox.settle([Settled(pk, "waiting", "everything_stopped")], at=MORNING)

    assert work_off(at=MORNING + timedelta(minutes=6), seconds=1) == 1
    assert work_off(at=MORNING + timedelta(minutes=7), seconds=1) == 0
    assert not Pause.objects.filter(settled=None).exists()


def test_what_is_paused_again_stays(alice: Contact, news: Topic) -> None:
    pause(contact=None, until=None, by="Olga", at=MORNING)
    assert say_it(alice, news).why == "everything_stopped"
    lift_pause(contact=None, by="Olga", at=MORNING)
    pause(contact=None, until=None, by="Olga", at=MORNING)
    assert work_off(at=MORNING, seconds=1) == 0
