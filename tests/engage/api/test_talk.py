"""Messages and conversations over REST."""

from datetime import timedelta

import pytest

from campaigns.channels.email.received.filing import Arrival, file
from crm.business.actions import create_key
from crm.business.models import User
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import Draft, queue, reply, say
from crm.dialogue.models import Conversation, Message, Occasion
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return cast.olga()


def asked(contact: Contact, text: str = "Where is my order?") -> str:
    said = say(contact=contact, text=text, channel="chat", at=clock.now(), subject="My order")
    assert said.conversation
    return f"conversations/{said.conversation.uid}/"


def sent(contact: Contact, origin: str, **fate: object) -> Message:
    draft = Draft(contact.pk, contact.pk, "marketing", origin, "1")
    (pk,) = queue([draft], at=cast.NOON)
    Message.objects.filter(pk=pk).update(**fate)
    return Message.objects.get(pk=pk)


def test_a_conversation_is_read_and_answered(api: Caller, olga: User) -> None:
    alice = cast.alice()
    one = asked(alice)
    [row] = api.get("conversations/", contact=str(alice.uid), state="open").said["results"]
    assert (row["state"], row["subject"], row["assignee"]) == ("needs_answer", "My order", None)

    [line] = api.get(f"{one}messages/").said["results"]
    assert line["author"] == {"kind": "customer", "name": "Alice Moreau"}
    assert (line["text"], line["full_text"], line["raw_url"]) == ("Where is my order?", "Where is my order?", None)

    answer = api.post(f"{one}messages/", {"text": "On its way", "seen": line["id"]}, once="a1")
    assert answer.status_code == 201
    assert answer.said["author"] == {"kind": "colleague", "name": "Olga"}
    again = api.post(f"{one}messages/", {"text": "On its way", "seen": line["id"]}, once="a1")
    assert again.said == answer.said
    assert Message.objects.filter(direction="out").count() == 1
    assert api.get(one).said["state"] == "waiting"


def test_a_mail_gives_its_words_all_of_them_and_itself(api: Caller, settings) -> None:
    settings.INBOUND_DOMAIN = "in.shop.test"
    alice = cast.alice()
    raw = b"From: alice@shop.example\nMessage-ID: <1@a>\n\nOat.\n\nOn Mon, 4 May 2026, Shop wrote:\n> Milk?"
    file(Arrival(raw, clock.now()))
    talk = Conversation.objects.get(contact=alice)
    [line] = api.get(f"conversations/{talk.uid}/messages/").said["results"]
    assert (line["text"], line["full_text"][-7:]) == ("Oat.", "> Milk?")
    answer = api.get(line["raw_url"].partition("/api/v1/")[2])
    assert answer.content == raw and "attachment" in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert api.get(f"conversations/{alice.uid}/messages/{line['id']}/raw/").status_code == 404

    our = reply(conversation=talk, text="Gladly", by=cast.ada(), at=clock.now(), seen=Message.objects.get().pk)
    file(Arrival(b"From: sister@home.test\n\nMe too.", clock.now(), message=our.uid))
    [other, *_] = api.get(f"conversations/{talk.uid}/messages/").said["results"]
    assert other["author"] == {"kind": "other", "name": "sister@home.test"}


def test_whoever_made_the_key_speaks(olga: User) -> None:
    ada = cast.ada()
    one = asked(cast.alice())
    caller = Caller(create_key(kind="api", name="desk", by=ada)[1])

    assert caller.post(f"{one}messages/", {"text": "Hello"}).said["author"]["name"] == "Ada"


def test_without_anybody_in_the_team_nobody_answers(api: Caller) -> None:
    one = asked(cast.alice())
    assert errors(api.post(f"{one}messages/", {"text": "Hello"}), 409)


def test_an_answer_to_what_was_not_read_is_refused(api: Caller, olga: User) -> None:
    alice = cast.alice()
    one = asked(alice)
    first = api.get(f"{one}messages/").said["results"][0]["id"]
    asked(alice, "Never mind")

    assert errors(api.post(f"{one}messages/", {"text": "On its way", "seen": first}), 409)
    assert "seen" in errors(api.post(f"{one}messages/", {"text": "Hi", "seen": "0198c0de-0000-7000-8000-000000000000"}))
    assert not Message.objects.filter(direction="out").exists()


def test_a_conversation_changes_hands_and_comes_to_an_end(api: Caller, olga: User) -> None:
    one, ada = asked(cast.alice()), cast.ada()
    assert api.put(f"{one}assignee/", {"assignee": "ADA@team.example"}).said["assignee"]["name"] == "Ada"
    assert api.put(f"{one}assignee/", {"assignee": str(olga.uid)}).said["assignee"]["id"] == str(olga.uid)
    assert api.put(f"{one}assignee/", {"assignee": None}).said["assignee"] is None
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert "assignee" in errors(api.put(f"{one}assignee/", {"assignee": "ada@team.example"}))

    later = (clock.now() + timedelta(days=1)).isoformat()
    assert api.put(f"{one}snooze/", {"until": later}).said["state"] == "later"
    assert "until" in errors(api.put(f"{one}snooze/", {"until": "2020-01-01T00:00:00Z"}))
    assert api.put(f"{one}state/", {"state": "done"}).said["closed"]
    assert errors(api.put(f"{one}snooze/", {"until": later}), 409)
    assert api.put(f"{one}state/", {"state": "open"}).said["state"] == "needs_answer"
    assert api.put(f"{one}state/", {"state": "nothing_to_answer"}).said["state"] == "done"
    assert "state" in errors(api.put(f"{one}state/", {"state": "lost"}))
    assert api.get("conversations/", state="open").said["results"] == []


def test_a_message_says_what_became_of_it_and_why(api: Caller) -> None:
    alice, bob = cast.alice(), cast.bob()
    Occasion.objects.create(origin="journey:1:ask", label="Welcome: hello")
    kept = sent(alice, "journey:1:ask", state="kept", settled=cast.NOON + timedelta(hours=1), clicked=cast.NOON)
    held = sent(bob, "journey:1:ask", state="withheld", why="no_consent", detail={"topic": "Offers"})

    one = api.get(f"messages/{held.uid}/").said
    assert (one["class"], one["state"], one["because"]) == ("marketing", "withheld", "Welcome: hello")
    assert one["why"] == {"code": "no_consent", "sentence": "We have no permission to write about Offers."}
    assert one["letter"] is None
    [row] = api.get("messages/", contact=str(alice.uid)).said["results"]
    assert row["id"] == str(kept.uid)
    assert row["states"] == [
        {"state": "queued", "at": "2026-05-04T12:00:00Z"},
        {"state": "kept", "at": "2026-05-04T13:00:00Z"},
        {"state": "clicked", "at": "2026-05-04T12:00:00Z"},
    ]
    assert [row["id"] for row in api.get("messages/", state="withheld").said["results"]] == [str(held.uid)]
    assert len(api.get("messages/", origin="journey:1").said["results"]) == 2
    assert api.get("messages/", origin="journey:2").said["results"] == []


@pytest.mark.parametrize("messages", [1, 20])
def test_a_page_of_messages_costs_the_same(api: Caller, messages: int, django_assert_num_queries) -> None:
    topic = Topic.objects.create(key="offers", label="Offers")
    for number in range(messages):
        sent(cast.contact(f"P{number} Q"), f"journey:{number}", topic=topic)
    api.get("topics/")
    with django_assert_num_queries(2):
        found = api.get("messages/").said["results"]
    assert len(found) == messages
    assert found[0]["topic"] == "offers"


@pytest.mark.parametrize("lines", [1, 20])
def test_a_page_of_a_conversation_costs_the_same(api: Caller, lines: int, django_assert_num_queries) -> None:
    alice = cast.alice()
    for number in range(lines):
        one = asked(alice, f"Line {number}")
    api.get("topics/")
    with django_assert_num_queries(2):
        assert len(api.get(f"{one}messages/").said["results"]) == lines
    with django_assert_num_queries(1):
        assert len(api.get("conversations/").said["results"]) == 1
