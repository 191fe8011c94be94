"""A message that a colleague is to say: a task with the words, and what came of it in the ledger."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.channels import contents
from campaigns.channels.compile import compile_words
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import pause
from crm.contacts.models import Contact
from crm.dialogue import outbox
from crm.dialogue.actions import Draft, finish_task, queue, reopen_task
from crm.dialogue.models import Message, Outbox, Task
from engage import speak
from engage.lib import belts, clock
from tests import cast

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch):
    forget_cached()
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    update_business(by="Olga", at=MORNING, live=True, name="Shop", weekly_cap=9)
    yield
    forget_cached()


def say(person: Contact, **fields: object) -> Message:
    content = contents.keep(compile_words("Oat milk", "{{ contact.first_name }}: we have oat milk now."), label="Milk")
    given = {"klass": "marketing", "origin": "x", "occurrence": "1", "content": content, "channel": "task", **fields}
    (pk,) = queue([Draft(contact=person.pk, recorded_for=person.pk, **given)], at=MORNING)
    speak.run()
    return Message.objects.get(pk=pk)


def test_it_becomes_a_task_with_the_words_and_needs_no_address_and_no_yes() -> None:
    bob = cast.contact("Bob Stone")
    message = say(bob)

    task = Task.objects.get()
    assert (task.contact, task.kind, task.message, task.made_by) == (bob, "say", message, "Milk")
    assert task.text == "Oat milk\nBob: we have oat milk now."
    assert task.due == MORNING + timedelta(days=2)
    assert message.state == "accepted"
    assert not Outbox.objects.exists()


def test_done_is_what_became_of_the_message_and_can_be_taken_back() -> None:
    message = say(cast.bob())
    task = Task.objects.get()
    finish_task(task=task, result="She was glad", by=cast.ada(), at=MORNING)
    message.refresh_from_db()
    assert message.state == "delivered"

    reopen_task(task=task)
    message.refresh_from_db()
    assert message.state == "accepted"


def test_a_switch_of_theirs_holds_it_like_every_other_message() -> None:
    bob = cast.bob()
    pause(contact=bob, until=None, by="customer", at=MORNING)
    assert say(bob).why == "stopped"
    assert not Task.objects.exists()


def test_in_test_it_stays_in_the_outbox() -> None:
    update_business(by="Olga", at=MORNING, live=False)
    assert say(cast.bob()).state == "kept"
    assert not Task.objects.exists()


def test_a_message_makes_one_task_however_often_it_is_handed_over() -> None:
    message = say(cast.bob())
    token = _again(message)
    ready = speak.decide(token, [message.pk], at=MORNING)
    speak.hand_over(token, ready)

    assert Task.objects.count() == 1


def _again(message: Message):
    """As if its first worker had died before it could say that it was done."""
    Message.objects.filter(pk=message.pk).update(state="queued")
    Outbox.objects.create(message=message, lane=1, due=MORNING - timedelta(days=999))
    return outbox.claim(speak.ALL_LANES)[0]


def test_many_are_handed_over_in_a_constant_number_of_queries(django_assert_max_num_queries) -> None:
    say(cast.bob())
    for number in range(30):
        person = cast.contact(f"Person {number}")
        queue(
            [Draft(contact=person.pk, recorded_for=person.pk, klass="transactional", origin="y", occurrence="1",
                   text="Hello", channel="task")],
            at=MORNING,
        )  # fmt: skip
    with django_assert_max_num_queries(40):
        speak.step(speak.ALL_LANES)
    assert Task.objects.filter(kind="say").count() == 31
