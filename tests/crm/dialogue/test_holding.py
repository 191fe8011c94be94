"""Dialogue comes first: who is talking, what waits for it, and that nothing waits for ever."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.business.actions import update_business
from crm.dialogue import queries
from crm.dialogue.actions import choose_on_closing, close, release_lapsed, reply, say, snooze
from crm.dialogue.models import Conversation, Message, Outbox
from tests import cast
from tests.crm.dialogue.messages import waiting_for

NOON = cast.NOON
HOUR = timedelta(hours=1)


@pytest.fixture
def answered(conversation, ada) -> Conversation:
    """Ada's answer went out at one o'clock."""
    seen = queries.lines(conversation).last().pk
    reply(conversation=conversation, text="A fresh bag comes.", by=ada, at=NOON + HOUR, seen=seen)
    return conversation


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(days=30)])
def test_while_we_owe_an_answer_it_holds_for_as_long_as_it_takes(conversation, alice, later):
    assert queries.talking([alice.pk], NOON + later) == {alice.pk: NOON}


@pytest.mark.parametrize(("hours", "holds"), [(1, True), (48, True), (49, False), (500, False)])
def test_after_our_last_word_it_holds_for_48_hours(answered, alice, hours, holds):
    assert (alice.pk in queries.talking([alice.pk], NOON + hours * HOUR)) is holds


def test_put_off_for_later_it_holds(conversation, alice, ada):
    snooze(conversation=conversation, until=NOON + 200 * HOUR, by=ada, at=NOON)
    assert alice.pk in queries.talking([alice.pk], NOON + 199 * HOUR)


def test_done_it_holds_no_more(conversation, alice, ada):
    close(conversation=conversation, by=ada, at=NOON + HOUR)
    assert queries.talking([alice.pk], NOON + HOUR) == {}


def test_others_are_not_talking(conversation, bob):
    assert queries.talking([bob.pk], NOON) == {}


def test_asking_for_many_is_one_query(conversation, alice, bob, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.talking([alice.pk, bob.pk, 999], NOON)


def test_on_done_what_was_held_falls_due_two_hours_later(conversation, held, ada):
    close(conversation=conversation, by=ada, at=NOON + HOUR)
    held.refresh_from_db()
    assert (held.state, held.why, held.until) == ("waiting", "talking_ended", NOON + 3 * HOUR)
    assert Outbox.objects.get(message=held).due == NOON + 3 * HOUR


def test_on_done_what_was_held_is_dropped_if_the_owner_wants_it_so(conversation, held, ada):
    update_business(by="Olga", at=NOON, held_policy="drop")
    Outbox.objects.create(message=held, lane=1, due=NOON)
    close(conversation=conversation, by=ada, at=NOON + HOUR)
    held.refresh_from_db()
    assert (held.state, held.why, held.settled) == ("withheld", "dropped", NOON + HOUR)
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("policy", ["go", "drop"])
def test_what_a_colleague_chose_for_one_message_comes_before_the_rule_of_the_shop(
    conversation, held, alice, ada, policy
):
    update_business(by="Olga", at=NOON, held_policy=policy)
    kinds = {name: waiting_for(alice, occurrence=name) for name in ("dropped", "later", "soon")}
    Outbox.objects.create(message=kinds["dropped"], lane=1, due=NOON)
    assert choose_on_closing(message=kinds["dropped"], fate="drop")
    assert choose_on_closing(message=kinds["later"], fate="replan", until=NOON + 99 * HOUR)
    assert choose_on_closing(message=kinds["soon"], fate="replan", until=NOON + HOUR)
    assert choose_on_closing(message=held, fate="drop") and choose_on_closing(message=held, fate="go")
    close(conversation=conversation, by=ada, at=NOON + HOUR)
    fates = {}
    for name, message in {**kinds, "held": held}.items():
        message.refresh_from_db()
        fates[name] = (message.state, message.why, message.until)
    assert fates == {
        "dropped": ("withheld", "dropped", None),
        "later": ("waiting", "talking_ended", NOON + 99 * HOUR),
        "soon": ("waiting", "talking_ended", NOON + 3 * HOUR),
        "held": ("waiting", "talking_ended", NOON + 3 * HOUR),
    }
    assert set(Outbox.objects.values_list("message__occurrence", "due")) == {
        ("later", NOON + 99 * HOUR),
        ("soon", NOON + 3 * HOUR),
        (held.occurrence, NOON + 3 * HOUR),
    }


def test_nothing_is_chosen_for_what_is_not_held_any_more(conversation, held, alice, ada):
    quiet = waiting_for(alice, why="quiet_hours", until=NOON + 9 * HOUR, occurrence="quiet")
    close(conversation=conversation, by=ada, at=NOON + HOUR)
    assert not choose_on_closing(message=held, fate="drop") and not choose_on_closing(message=quiet, fate="drop")


def test_what_waits_for_another_reason_stays_as_it_is(conversation, alice, ada):
    quiet = waiting_for(alice, why="quiet_hours", until=NOON + 9 * HOUR)
    close(conversation=conversation, by=ada, at=NOON)
    quiet.refresh_from_db()
    assert quiet.until == NOON + 9 * HOUR


def test_what_is_held_for_others_stays_held(conversation, bob, ada):
    his = waiting_for(bob)
    close(conversation=conversation, by=ada, at=NOON)
    his.refresh_from_db()
    assert his.until is None


def test_when_a_conversation_falls_silent_what_it_held_is_released(answered, held):
    assert release_lapsed(at=NOON + 48 * HOUR) == 0
    assert release_lapsed(at=NOON + 50 * HOUR) == 1
    held.refresh_from_db()
    assert held.until == NOON + 52 * HOUR


def test_what_was_released_is_not_released_again(answered, held):
    release_lapsed(at=NOON + 50 * HOUR)
    assert release_lapsed(at=NOON + 51 * HOUR) == 0


def test_a_second_open_conversation_still_holds(conversation, held, alice, ada):
    Conversation.objects.create(contact=alice, recorded_for=alice, channel="phone", opened=NOON)
    close(conversation=conversation, by=ada, at=NOON + HOUR)
    held.refresh_from_db()
    assert held.until is None


def test_what_is_held_is_listed_for_each_person(conversation, held, alice, bob):
    assert queries.held_by_dialogue([alice.pk, bob.pk]) == {alice.pk: [held]}


def test_closing_with_many_held_messages_takes_as_many_queries_as_with_one(alice, ada):
    def queries_with(count: int, name: str) -> int:
        conversation = say(contact=alice, text="Hello", channel="site", at=NOON).conversation
        for number in range(count):
            waiting_for(alice, occurrence=f"{name}{number}")
        with CaptureQueriesContext(connection) as made:
            close(conversation=conversation, by=ada, at=NOON)
        return len(made)

    queries_with(0, "read the settings once")
    assert queries_with(1, "a") == queries_with(30, "b")
    assert Message.objects.filter(until__isnull=False).count() == 31
