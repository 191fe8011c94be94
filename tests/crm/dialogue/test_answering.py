"""An automatic answer: only where the owner allows it, once, with its source and a person one step away."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from crm.business.actions import update_business
from crm.contacts.actions import erase
from crm.contacts.models import Contact
from crm.dialogue import lists
from crm.dialogue.actions import answer_once_a_day, assign, close, keep_faq, mark_spam, reply, say
from crm.dialogue.models import Conversation, FaqEntry, Mail, Message
from engage.lib import ids
from tests.cast import NOON

HOUR = timedelta(hours=1)
ASKED = "What are your opening hours?"
ANSWER = "Tuesday to Saturday, 9 to 18."


@pytest.fixture
def entry() -> FaqEntry:
    update_business(by="Olga", at=NOON, answers_by_itself=True)
    return keep_faq(None, language="en", question="Opening hours", answer=ANSWER, automatic=True, by="Olga", at=NOON)


def writes(contact: Contact, text: str = ASKED, *, channel: str = "email", at=NOON, **more) -> Conversation:
    said = say(contact=contact, text=text, channel=channel, at=at, **more).conversation
    assert said is not None
    return Conversation.objects.get(pk=said.pk)


def automatic() -> list[Message]:
    return list(Message.objects.filter(direction="out", origin__startswith="faq:").order_by("id"))


def page_of(message: Message) -> str:
    """The path of the page that the answer leads to."""
    found = re.search(r"/talk/answered/\S+", message.text)
    assert found
    return found[0]


def test_it_goes_the_way_the_words_came_with_its_source_and_a_way_to_a_person(alice, entry) -> None:
    conversation = writes(alice)
    (message,) = automatic()
    assert (message.channel, message.address, message.author) == ("email", "alice@shop.example", None)
    assert ANSWER in message.text and "“Opening hours”" in message.text and "Ask a person: " in message.text
    assert (conversation.state, conversation.person_wanted) == ("waiting", None)


def test_unless_the_owner_allows_it_a_colleague_answers(alice, entry) -> None:
    update_business(by="Olga", at=NOON, answers_by_itself=False)
    assert writes(alice).state == "needs_answer" and automatic() == []


def test_unless_this_answer_is_ticked_a_colleague_answers(alice, entry) -> None:
    FaqEntry.objects.update(automatic=False)
    assert writes(alice).state == "needs_answer" and automatic() == []


def test_what_is_only_likely_is_left_to_a_colleague(alice, entry) -> None:
    assert writes(alice, "Is there an hour at which you are less busy?").state == "needs_answer"
    assert automatic() == []


def test_never_two_in_one_conversation(alice, entry) -> None:
    writes(alice)
    assert writes(alice, "Opening hours please", at=NOON + 30 * HOUR).state == "needs_answer"
    assert len(automatic()) == 1


def test_one_a_day_to_one_person(alice, entry, ada) -> None:
    close(conversation=writes(alice), by=ada, at=NOON + HOUR)
    again = writes(alice, at=NOON + 2 * HOUR)
    assert (again.state, len(automatic())) == ("needs_answer", 1)
    close(conversation=again, by=ada, at=NOON + 3 * HOUR)
    assert writes(alice, at=NOON + 25 * HOUR).state == "waiting" and len(automatic()) == 2


def test_never_once_they_asked_for_a_person(alice, entry) -> None:
    conversation = writes(alice, "A person, please!")
    assert conversation.person_wanted == NOON
    assert writes(alice, at=NOON + HOUR).state == "needs_answer" and automatic() == []


@pytest.mark.parametrize("taken", ["answered", "assigned"])
def test_never_where_a_colleague_has_taken_over(alice, entry, ada, taken: str) -> None:
    conversation = writes(alice, "It arrived stale.")
    if taken == "answered":
        seen = Message.objects.latest("id").pk
        reply(conversation=conversation, text="I am sorry.", by=ada, at=NOON, seen=seen)
        assign(conversation=conversation, to=None, by=ada, at=NOON)
    else:
        assign(conversation=conversation, to=ada, by=ada, at=NOON)
    assert writes(alice, at=NOON + HOUR).state == "needs_answer" and automatic() == []


def test_never_to_an_address_that_is_only_claimed(alice, entry) -> None:
    alice.identities.update(proof="")
    assert writes(alice).state == "needs_answer" and automatic() == []


@pytest.mark.parametrize(("kind", "detail", "goes"), [("letter", {}, 1), ("letter", {"no_answer": True}, 0)])
def test_a_mail_that_no_machine_may_answer_is_left_to_a_colleague(alice, entry, kind, detail, goes: int) -> None:
    uid = ids.uuid7()
    Mail.objects.create(uid=uid, kind=kind, detail=detail, sender="alice@shop.example", raw=b"", at=NOON)
    writes(alice, uid=uid)
    assert len(automatic()) == goes


def test_who_was_answered_by_a_machine_of_ours_today_is_not_answered_again(alice, entry) -> None:
    assert answer_once_a_day(address="alice@shop.example", at=NOON - HOUR)
    assert writes(alice).state == "needs_answer" and automatic() == []


def test_what_a_colleague_wrote_down_at_the_counter_is_answered_there(alice, entry, ada) -> None:
    assert writes(alice, channel="email", written_by=ada).state == "needs_answer"
    assert writes(alice, channel="counter").state == "needs_answer"
    assert automatic() == []


def test_this_helped_ends_it(alice, entry, client) -> None:
    conversation = writes(alice)
    page = page_of(automatic()[0])
    assert ANSWER in client.get(page).content.decode()
    conversation.refresh_from_db()
    assert conversation.state == "waiting"
    assert client.post(page, {"helped": ""}).status_code == 200
    conversation.refresh_from_db()
    assert conversation.state == "done"


def test_this_did_not_help_hands_over_with_all_that_was_said(alice, entry, client, ada) -> None:
    conversation = writes(alice)
    page = page_of(automatic()[0])
    for _twice in range(2):
        assert client.post(page, {"person": ""}).status_code == 200
    conversation.refresh_from_db()
    assert (conversation.state, conversation.person_came) == ("needs_answer", None)
    wanted = conversation.person_wanted
    assert wanted is not None
    assert [line.text for line in conversation.messages.order_by("id")][0] == ASKED
    seen = Message.objects.latest("id").pk
    reply(conversation=conversation, text="We are.", by=ada, at=wanted + HOUR, seen=seen)
    conversation.refresh_from_db()
    assert conversation.person_came == wanted + HOUR


def test_who_says_both_wants_a_person(alice, entry, client) -> None:
    conversation = writes(alice)
    page = page_of(automatic()[0])
    client.post(page, {"helped": ""})
    client.post(page, {"person": ""})
    conversation.refresh_from_db()
    assert (conversation.state, conversation.closed) == ("needs_answer", None)


def test_who_wants_a_person_stands_in_a_list_again_though_it_was_taken_for_spam(alice, entry, client, ada) -> None:
    conversation = writes(alice)
    mark_spam(conversation=conversation, by=ada, at=NOON)
    client.post(page_of(automatic()[0]), {"person": ""})
    [row] = lists.page("needs_answer", lists.Narrowing()).rows
    assert row.uid == conversation.uid


def test_helped_changes_nothing_where_a_colleague_has_gone_on(alice, entry, client, ada) -> None:
    conversation = writes(alice)
    assign(conversation=conversation, to=ada, by=ada, at=NOON)
    page = client.post(page_of(automatic()[0]), {"helped": ""}).content.decode()
    assert "Good to know" in page
    conversation.refresh_from_db()
    assert (conversation.state, conversation.person_wanted) == ("waiting", None)


@pytest.mark.parametrize("token", ["x", "a.b", "é", "x" * 5000])
def test_a_link_that_cannot_be_read_leads_to_a_person(client, token: str) -> None:
    for name in ("talk_answered", "talk_rating"):
        response = client.get(reverse(name, args=[token]))
        assert response.status_code == 404 and reverse("talk") in response.content.decode()


def test_the_page_of_a_person_who_is_erased_is_gone(alice, entry, client) -> None:
    writes(alice)
    page = page_of(automatic()[0])
    erase(contact=alice, by="Olga", at=NOON)
    assert client.get(page).status_code == 404


def test_on_the_page_for_writing_the_answer_is_shown_at_once_and_a_person_reads_it_all_the_same(client, entry) -> None:
    form = {"name": "Ann", "email": "ann@people.example", "text": ASKED}
    page = client.post(reverse("talk"), form).content.decode()
    assert ANSWER in page and "Yes, this helped" in page
    conversation = Conversation.objects.get()
    assert conversation.state == "needs_answer" and automatic() == []
    action = re.search(r'action="(/talk/answered/[^"]+)"', page)
    assert action
    client.post(action[1], {"helped": ""})
    conversation.refresh_from_db()
    assert conversation.state == "done"


def test_nothing_is_shown_there_that_the_owner_does_not_let_out(client, entry) -> None:
    FaqEntry.objects.update(automatic=False)
    form = {"name": "Ann", "email": "ann@people.example", "text": ASKED}
    assert ANSWER not in client.post(reverse("talk"), form).content.decode()


@pytest.mark.parametrize(
    "text", ["Person", "a person please!", "TALK TO A HUMAN", "¡Quiero hablar con una persona!", "转人工", "人工客服。"]
)
def test_a_plea_for_a_person_is_understood(alice, text: str) -> None:
    assert writes(alice, text).person_wanted == NOON


@pytest.mark.parametrize("text", ["You are a nice person", "Is there a person called Ada?", "No", "客服很好"])
def test_and_never_guessed(alice, text: str) -> None:
    assert writes(alice, text).person_wanted is None
