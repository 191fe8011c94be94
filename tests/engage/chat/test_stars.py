"""Did we help? Whoever has the chat before them says it there with one tap, once, and no letter asks again."""

from datetime import timedelta

import pytest

from crm.dialogue.actions import close, mark_spam, rate, reply
from crm.dialogue.models import ChatVisit, Conversation, Message
from engage.lib import clock
from tests import cast
from tests.engage.chat.visiting import Visitor, attribute

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return cast.ada()


@pytest.fixture
def done(visitor, ada) -> Visitor:
    """They asked, Ada answered and is done."""
    someone = visitor()
    someone.say("Which one for a moka pot?")
    talk = Conversation.objects.get()
    seen = talk.messages.latest("id").pk
    reply(conversation=talk, text="The Harbour.", by=ada, at=clock.now(), seen=seen)
    close(conversation=talk, by=ada, at=clock.now())
    return someone


def the_talk() -> Conversation:
    return Conversation.objects.get()


def gives(someone: Visitor, stars: object, of: object = "") -> str:
    return someone.post("stars", stars=stars, of=str(of or the_talk().uid)).content.decode()


def test_when_it_is_done_five_stars_are_asked_for_and_one_tap_counts(done, django_assert_max_num_queries):
    done.reads()
    with django_assert_max_num_queries(5):
        shown = done.reads()
    assert "Did we help?" in shown and shown.count('name="stars"') == 5 and 'aria-label="4 stars: well"' in shown
    thanked = gives(done, 4)
    assert "Did we help?" not in thanked and "Thank you. If there is more to say" in thanked
    talk = the_talk()
    assert (talk.rating, talk.state) == (4, "done")
    assert "Did we help?" not in done.reload()


def test_a_second_time_changes_nothing(done):
    gives(done, 5)
    gives(done, 1)
    assert the_talk().rating == 5 and not rate(conversation=the_talk(), stars=1, at=clock.now())


def test_two_or_fewer_bring_it_back_and_words_go_on_there(done):
    assert "A person looks at it again" in gives(done, 2)
    assert the_talk().state == "needs_answer"
    done.say("It leaks.")
    assert the_talk().messages.latest("id").text == "It leaks."


def test_words_after_many_stars_belong_to_them(done):
    gives(done, 5)
    assert "Thank you" not in done.say("Thank Ada from me.").content.decode().partition("thanked")[2][:80]
    assert the_talk().state == "needs_answer" and the_talk().messages.filter(direction="in").count() == 2


def test_words_much_later_begin_anew(done):
    gives(done, 5)
    Conversation.objects.update(rated=clock.now() - timedelta(hours=1))
    done.say("Another thing.")
    assert Conversation.objects.count() == 2


@pytest.mark.parametrize("stars", ["", "0", "6", "x", "\x00"])
def test_what_is_no_number_of_stars_counts_nothing(done, stars):
    assert "Did we help?" in gives(done, stars) and the_talk().rating is None


def test_the_stars_of_another_chat_are_not_theirs_to_give(done, visitor):
    other = visitor()
    other.say("Hello")
    gives(other, 1, of=Conversation.objects.earliest("id").uid)
    assert not Conversation.objects.exclude(rating=None).exists()
    assert other.client.post(other.url("stars"), {"stars": "1", "of": ""}).status_code == 429


def test_nobody_is_asked_while_it_is_open_for_spam_or_where_no_person_answered(visitor, done, ada):
    mark_spam(conversation=the_talk(), by=ada, at=clock.now())
    assert "Did we help?" not in done.reads()
    other = visitor()
    other.say("Hello")
    talk = Conversation.objects.latest("id")
    assert "Did we help?" not in other.reads()
    close(conversation=talk, by=ada, at=clock.now())
    assert "Did we help?" not in other.reads()
    assert ChatVisit.objects.count() == 2


def test_a_week_later_nobody_is_asked_any_more(done):
    Conversation.objects.update(closed=clock.now() - timedelta(days=8))
    assert "Did we help?" not in done.reads()


def test_their_page_is_told_that_it_is_done(visitor, ada, monkeypatch):
    told: list[str] = []
    someone = visitor()
    someone.say("Hello")
    monkeypatch.setattr("crm.dialogue.actions.placing.live.publish", lambda stream, _what: told.append(stream))
    close(conversation=the_talk(), by=ada, at=clock.now())
    assert f"chat:{ChatVisit.objects.get().uid}" in told
    assert attribute(someone.reads(), "data-visit") and Message.objects.count() == 1
