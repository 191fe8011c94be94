"""What the two sides say, and where the conversation stands then."""

import json
import sys
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from crm.contacts.actions import hold, merge
from crm.dialogue import queries
from crm.dialogue.actions import (
    ConversationMoved,
    assign,
    close,
    note,
    nothing_to_answer,
    open_conversation,
    reopen,
    reply,
    say,
    snooze,
    wake_snoozed,
)
from crm.dialogue.models import Conversation, Message, Outbox
from crm.events.models import Inbox
from tests import cast
from tests.crm.dialogue.messages import ours

NOON = cast.NOON
hold_module = sys.modules["crm.contacts.actions.hold"]  # the facade gives the function of the same name
HOUR = timedelta(hours=1)
State = Conversation.State


def facts() -> list[str]:
    return [json.loads(body)["name"] for body in Inbox.objects.order_by("id").values_list("body", flat=True)]


def test_words_of_a_customer_open_a_conversation_that_needs_an_answer(conversation, alice):
    assert (conversation.contact, conversation.state, conversation.opened) == (alice, State.NEEDS_ANSWER, NOON)
    assert [line.text for line in queries.lines(conversation)] == ["It arrived stale."]


def test_opening_a_conversation_is_a_fact_that_journeys_can_start_from(conversation):
    assert facts() == ["Conversation Opened"]


def test_more_words_continue_the_open_conversation(conversation, alice):
    second = say(contact=alice, text="And cold.", channel="email", at=NOON + HOUR)
    assert second.conversation == conversation
    assert Conversation.objects.count() == 1 and Inbox.objects.count() == 1


def test_words_after_done_open_a_new_conversation(conversation, alice, ada):
    close(conversation=conversation, by=ada, at=NOON + HOUR)
    assert say(contact=alice, text="One more thing.", channel="site", at=NOON + 2 * HOUR).conversation != conversation


def test_the_same_words_sent_twice_are_kept_once(alice):
    uid = uuid4()
    first, second = (say(contact=alice, text="Hello", channel="site", at=NOON, uid=uid) for _ in range(2))
    assert first == second and Message.objects.count() == 1


def test_an_answer_is_queued_to_leave_at_once_before_everything_else(conversation, ada):
    seen = queries.lines(conversation).last().pk
    answer = reply(conversation=conversation, text="We send a fresh bag.", by=ada, at=NOON + HOUR, seen=seen)
    queued = Outbox.objects.get(message=answer)
    assert (queued.lane, queued.due) == (Message.Lane.INTERACTIVE, NOON + HOUR)
    assert (answer.klass, answer.address, answer.author) == ("conversation", "alice@shop.example", ada)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assignee, conversation.last_staff) == (State.WAITING, ada, NOON + HOUR)


def test_an_answer_is_refused_with_the_new_words_when_the_conversation_moved(conversation, alice, ada):
    seen = queries.lines(conversation).last().pk
    newer = say(contact=alice, text="Never mind.", channel="site", at=NOON + HOUR)
    with pytest.raises(ConversationMoved) as refused:
        reply(conversation=conversation, text="We send a bag.", by=ada, at=NOON + HOUR, seen=seen)
    assert refused.value.lines == [newer] and not Outbox.objects.exists()


def test_a_note_in_between_refuses_no_answer(conversation, ada):
    seen = queries.lines(conversation).last().pk
    note(conversation=conversation, text="She is a regular.", by=ada, at=NOON)
    assert reply(conversation=conversation, text="A fresh bag comes.", by=ada, at=NOON, seen=seen)


def test_the_same_answer_sent_twice_leaves_once(conversation, ada):
    seen, uid = queries.lines(conversation).last().pk, uuid4()
    for _ in range(2):
        reply(conversation=conversation, text="A fresh bag comes.", by=ada, at=NOON, seen=seen, uid=uid)
    assert Outbox.objects.count() == 1


def test_an_answer_by_a_colleague_in_the_meantime_refuses_a_second_one(conversation, ada):
    seen = queries.lines(conversation).last().pk
    reply(conversation=conversation, text="A fresh bag comes.", by=ada, at=NOON, seen=seen)
    with pytest.raises(ConversationMoved):
        reply(conversation=conversation, text="Sorry about that.", by=ada, at=NOON, seen=seen)


def test_done_closes_and_tells_journeys_how(conversation, ada):
    nothing_to_answer(conversation=conversation, by=ada, at=NOON + HOUR)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.closed) == (State.DONE, NOON + HOUR)
    assert '"outcome":"nothing_to_answer"' in Inbox.objects.latest("id").body


def test_done_twice_is_one_fact(conversation, ada):
    for _ in range(2):
        close(conversation=conversation, by=ada, at=NOON + HOUR)
    assert facts() == ["Conversation Opened", "Conversation Closed"]


def test_later_comes_back_by_itself(conversation, ada):
    snooze(conversation=conversation, until=NOON + 24 * HOUR, by=ada, at=NOON)
    assert wake_snoozed(at=NOON + 23 * HOUR) == 0
    assert wake_snoozed(at=NOON + 24 * HOUR) == 1
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == (State.NEEDS_ANSWER, None)


def test_new_words_bring_back_what_was_put_off(conversation, alice, ada):
    snooze(conversation=conversation, until=NOON + 24 * HOUR, by=ada, at=NOON)
    say(contact=alice, text="Are you there?", channel="site", at=NOON + HOUR)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == (State.NEEDS_ANSWER, None)


@pytest.mark.parametrize(("answered", "state"), [(False, State.NEEDS_ANSWER), (True, State.WAITING)])
def test_reopened_it_stands_where_the_last_words_leave_it(conversation, ada, answered, state):
    if answered:
        seen = queries.lines(conversation).last().pk
        reply(conversation=conversation, text="A bag comes.", by=ada, at=NOON + HOUR, seen=seen)
    close(conversation=conversation, by=ada, at=NOON + 2 * HOUR)
    reopen(conversation=conversation, by=ada, at=NOON + 3 * HOUR)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.closed) == (state, None)


def test_a_conversation_can_be_given_to_a_colleague_and_to_nobody(conversation, ada):
    assign(conversation=conversation, to=ada, by=ada, at=NOON)
    assert Conversation.objects.get().assignee == ada
    assign(conversation=conversation, to=None, by=ada, at=NOON)
    assert Conversation.objects.get().assignee is None


def test_we_may_speak_first(alice, ada):
    opened = open_conversation(contact=alice, channel="email", subject="Your order", by=ada, at=NOON)
    assert (opened.state, opened.assignee) == (State.WAITING, ada)


def test_words_for_somebody_who_was_merged_go_to_who_they_are_now(alice, bob):
    merge(survivor=alice, absorbed=bob, by="Ada", at=NOON)
    said = say(contact=bob, text="Hello", channel="site", at=NOON)
    assert (said.contact, said.recorded_for, said.conversation.contact) == (alice, bob, alice)


def test_words_answering_a_message_mark_it_as_replied(alice):
    sent = ours(alice)
    said = say(contact=alice, text="Yes please.", channel="email", at=NOON + HOUR, about=sent)
    sent.refresh_from_db()
    assert sent.replied == NOON + HOUR and said.conversation.about == sent


@pytest.mark.django_db(transaction=True)
def test_two_first_words_at_once_open_one_conversation():
    alice = cast.alice()

    def write(text: str) -> None:
        say(contact=alice, text=text, channel="site", at=NOON)
        connection.close()

    writers = [threading.Thread(target=write, args=[text]) for text in ("One", "Two", "Three")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_words_for_somebody_in_other_hands_wait_until_they_are_free(monkeypatch):
    monkeypatch.setattr(hold_module, "LOCK_TIMEOUT", "200ms")
    alice, held, let_go = cast.alice(), threading.Event(), threading.Event()

    def keep() -> None:
        with transaction.atomic():
            hold(contacts=[alice.pk])
            held.set()
            let_go.wait(0.3)
        connection.close()

    keeper = threading.Thread(target=keep)
    keeper.start()
    held.wait(5)
    assert say(contact=alice, text="Hello", channel="site", at=NOON).text == "Hello"
    let_go.set()
    keeper.join()
