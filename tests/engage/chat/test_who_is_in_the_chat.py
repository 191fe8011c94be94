"""Only what the owner's server signed says who is in the chat; whatever is wrong with it makes a visitor, never
somebody."""

import jwt
import pytest

from crm.contacts.models import Contact, Identity
from crm.dialogue.actions import say
from crm.dialogue.identified import make_chat_secret
from crm.dialogue.models import ChatVisit, Conversation
from engage.lib import clock
from tests import cast
from tests.engage.chat.visiting import attribute

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


@pytest.fixture
def alice(db) -> Contact:
    person = cast.alice()
    Identity.objects.create(contact=person, recorded_for=person, kind="external", value="4711", proof="server")
    return person


def test_who_is_named_is_known_and_their_words_are_theirs(visitor, token, alice):
    someone = visitor(person=token(sub="4711", email="alice@shop.example"))
    page = someone.say("Where is my order?").content.decode()
    assert Conversation.objects.get().contact == alice
    assert "data-keep" not in page and "alice@shop.example" in page
    assert Contact.objects.count() == 1


def test_they_go_on_where_they_were_on_another_device_but_only_when_named_again(visitor, token, alice):
    first = visitor(person=token(sub="4711"))
    first.say("Where is my order?")
    assert "Where is my order?" in visitor(person=token(sub=4711)).reload()
    assert "Where is my order?" not in visitor().reload()
    left_behind = visitor(visit=first.visit)  # the next one at the same device
    assert "Where is my order?" not in left_behind.reload()


def test_looking_makes_nobody(visitor, token):
    visitor(person=token(sub="9", email="new@shop.example", name="New")).reload()
    assert not Contact.objects.exists()


def test_whom_we_do_not_know_yet_is_known_by_what_the_server_says(visitor, token):
    visitor(person=token(sub="9", email="New@shop.example", name="New Person")).say("Hello")
    person = Contact.objects.get()
    assert person.name == "New Person"
    assert set(person.identities.values_list("kind", "value", "proof")) == {
        ("external", "9", "server"),
        ("email", "new@shop.example", "server"),
    }


def test_what_is_said_in_other_ways_is_not_shown_to_them_either(visitor, token, alice):
    say(contact=alice, text="By mail, in private", channel="email", at=clock.now())
    someone = visitor(person=token(sub="4711"))
    assert "in private" not in someone.say("Hello").content.decode()
    assert alice.conversations.count() == 1


def test_another_one_at_the_same_page_does_not_read_or_speak_as_the_first(visitor, token, alice):
    someone = visitor(person=token(sub="4711"))
    someone.say("Where is my order?")
    someone.person = token(sub="other")
    assert "Where is my order?" not in someone.say("I am somebody else").content.decode()
    assert ChatVisit.objects.count() == 2 and alice.messages.count() == 1


WRONG = {
    "too old": lambda token: token(sub="4711", lasts=-1),
    "valid too long": lambda token: token(sub="4711", lasts=2 * DAY),
    "signed with another secret": lambda token: token(sub="4711", key="x" * 40),
    "signed otherwise": lambda token: token(sub="4711", algorithm="HS512"),
    "not signed": lambda token: jwt.encode({"sub": "4711", "exp": clock.now().timestamp() + 60}, None, "none"),
    "without an end": lambda token: token(sub="4711", exp=None),
    "with an end that is none": lambda token: token(sub="4711", exp="tomorrow"),
    "with an end that is true": lambda token: token(sub="4711", exp=True),
    "naming nobody": lambda token: token(name="Alice"),
    "naming nonsense": lambda token: token(sub={"a": 1}, email="no address"),
    "cut": lambda token: token(sub="4711")[:-3],
    "huge": lambda token: token(sub="4711", more="x" * 5000),
    "no token": lambda token: "[" * 3000,
    "of nested brackets": lambda token: "W1tb" * 900 + ".e30.x",
}


@pytest.mark.parametrize("forge", WRONG.values(), ids=WRONG)
def test_a_wrong_token_makes_a_visitor_and_never_somebody(visitor, token, alice, forge):
    visitor(person=token(sub="4711")).say("My secret")
    someone = visitor(person=forge(token))
    assert "My secret" not in someone.reload()
    page = someone.say("Hello").content.decode()
    assert "My secret" not in page and "data-keep" in page
    assert alice.messages.count() == 1 and ChatVisit.objects.filter(proved=False).count() == 1


def test_another_secret_ends_the_word_of_the_first(visitor, token, alice):
    before = token(sub="4711")
    make_chat_secret(by="Olga", at=clock.now())
    visitor(person=before).say("Hello")
    assert not alice.messages.exists()


def test_without_a_secret_nobody_is_named(visitor, shop):
    visitor(person=jwt.encode({"sub": "4711", "exp": clock.now().timestamp() + 60}, "x" * 40)).say("Hello")
    assert not ChatVisit.objects.get().proved


def test_a_visitor_who_signs_in_later_keeps_the_two_apart(visitor, token, alice):
    """What was said at a shared device before somebody signed in is not theirs."""
    someone = visitor()
    someone.say("I am just looking")
    someone.person = token(sub="4711")
    assert "just looking" not in someone.reload()
    someone.say("It is me")
    assert alice.messages.get().text == "It is me"
    assert attribute(someone.reload(), "data-unread") == "0"
