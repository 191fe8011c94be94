"""While somebody may be leaving, what we send by ourselves waits and says why; it goes once a result is told."""

from datetime import datetime, timedelta

import pytest
import time_machine

from crm.contacts.actions import hold
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import close, say
from crm.dialogue.models import Conversation, Message, Outbox
from crm.leaving.actions import Opening, open_by_hand, open_cases, settle
from crm.leaving.models import Case, Kind
from engage import speak
from engage.dashboard.messages.words import reason_text
from engage.lib import clock
from tests import cast
from tests.engage.speaking.messages import MORNING, say_it

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return cast.ada()


@pytest.fixture
def case(alice: Contact, ada) -> Case:
    """Ada heard that Alice moves away."""
    return open_by_hand(contact=alice, words="She moves away.", by=ada, at=MORNING)


def test_automation_waits_and_says_why(case: Case, alice: Contact, news: Topic) -> None:
    message = say_it(alice, news)
    assert (message.state, message.why, message.until) == ("waiting", "leaving", None)
    assert reason_text(message) == "May be leaving since 4 May; a colleague talks with them."
    assert speak.run() == 0


def test_who_asked_herself_is_said_to_have_asked_and_who_talks_with_her(alice: Contact, news: Topic) -> None:
    cast.olga()
    hold(contacts=[alice.pk])
    open_cases([Opening(alice.pk, alice.pk, Kind.SUBJECT, MORNING, label="Stopping")])
    assert reason_text(say_it(alice, news)) == "Asked how to leave on 4 May; Olga talks with them."


def test_receipts_and_answers_of_ours_pass(case: Case, alice: Contact) -> None:
    receipt = say_it(alice, klass="transactional", origin="receipt", subject="Receipt", text="Paid.")
    assert receipt.state == "kept"


def test_when_the_conversation_is_done_the_case_still_holds(case: Case, alice: Contact, ada, news: Topic) -> None:
    say(contact=alice, text="Hello?", channel="site", at=MORNING)
    message = say_it(alice, news)
    close(conversation=Conversation.objects.get(), by=ada, at=MORNING)
    speak.run()
    message.refresh_from_db()
    assert (message.state, message.why) == ("waiting", "leaving")


def test_when_it_is_told_what_waited_meets_the_guards_again_and_goes(case: Case, alice: Contact, news: Topic) -> None:
    message = say_it(alice, news)
    settle(case=case, outcome="stayed", why="", by="Ada", at=clock.now())
    Outbox.objects.filter(message=message).update(due=datetime(2020, 1, 1, tzinfo=MORNING.tzinfo))
    with time_machine.travel(MORNING + timedelta(hours=2)):
        speak.run()
    assert Message.objects.get(pk=message.pk).state == "kept"


def test_in_a_journey_that_drops_what_is_held_it_is_dropped(case: Case, alice: Contact, news: Topic) -> None:
    message = say_it(alice, news, variables={"on_hold": "drop"})
    assert (message.state, message.why) == ("withheld", "leaving")
