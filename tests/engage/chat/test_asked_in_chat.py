"""A colleague asks a survey with an answer: one tap in the chat, a link in the mail, signed for that person."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from campaigns.channels import contents
from campaigns.surveys.models import Response
from crm.dialogue.actions import reply, say
from crm.dialogue.models import Conversation, Message
from crm.preferences.models import Preference
from engage import listen, speak
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published
from tests.engage.chat.visiting import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    person = cast.ada()
    client.force_login(person)
    return person


def asked(visitor, ada, key: str = "coffee") -> Visitor:
    """They wrote, and Ada asks a survey with her answer."""
    someone = visitor()
    someone.say("Hello")
    talk = Conversation.objects.latest("id")
    seen = talk.messages.latest("id").pk
    reply(conversation=talk, text="One question:", by=ada, at=clock.now(), seen=seen, asks=key)
    return someone


def the_answer() -> Message:
    return Message.objects.filter(direction="out").latest("id")


def taps(someone: Visitor, **fields: object) -> str:
    return someone.post("asked", of=str(the_answer().uid), **fields).content.decode()


def test_it_is_chosen_beside_the_answer_and_goes_with_it(visitor, client, ada, alice, django_assert_max_num_queries):
    published(MILK)
    talk = say(contact=alice, text="Hello", channel="email", at=clock.now()).conversation
    page = client.get(reverse("conversation", args=[talk.uid]))
    assert '<option value="coffee">Your coffee</option>' in page.content.decode()
    said = {"text": "Gladly.", "seen": page.context["thread"].last, "once": str(uuid4())}
    url = reverse("answer_conversation", args=[talk.uid])
    assert client.post(url, said | {"asks": "gone"}).status_code == 400
    client.post(url, said | {"asks": "coffee"})
    assert "Asks “Your coffee”" in client.get(reverse("conversation", args=[talk.uid])).content.decode()


def test_in_a_mail_it_is_one_tap_with_links_for_that_person(client, ada, alice):
    published(MILK)
    talk = say(contact=alice, text="Hello", channel="email", at=clock.now()).conversation
    seen = talk.messages.latest("id").pk
    message = reply(conversation=talk, text="Gladly <b>.", by=ada, at=clock.now(), seen=seen, asks="coffee")
    assert speak.run() == 1
    written = contents.shown(Message.objects.get(pk=message.pk))
    assert "Gladly <b>." in written.text and "Which milk do you take?" in written.text
    assert "Gladly &lt;b&gt;." in written.html and "oat milk" in written.html
    link = unescape(re.search(r"oat milk: (\S+)", written.text)[1])
    path = re.search(r"/s/coffee/\S+", link)
    submit(client, path[0] if path else link, milk=1)
    assert Response.objects.get().contact == alice


def test_a_survey_that_no_tap_answers_is_a_link(ada, alice):
    published(WORDS)
    talk = say(contact=alice, text="Hello", channel="email", at=clock.now()).conversation
    seen = talk.messages.latest("id").pk
    message = reply(conversation=talk, text="Gladly.", by=ada, at=clock.now(), seen=seen, asks="coffee")
    speak.run()
    assert "Your coffee" in contents.shown(Message.objects.get(pk=message.pk)).text


def test_one_tap_in_the_chat_answers_it_once_and_can_be_kept_from_memory(visitor, ada):
    published(MILK)
    someone = asked(visitor, ada)
    shown = someone.reads()
    assert "Which milk do you take?" in shown and shown.count('name="no"') == 3
    told = taps(someone, no=2)
    assert "soy milk" in told and "We’ll remember it" in told and 'name="no"' not in told
    taps(someone, no=1)
    response = Response.objects.get()
    assert (response.answers["milk"]["value"], response.origin) == ("soy milk", "chat")
    assert response.contact == Conversation.objects.get().contact
    listen.run()
    assert Preference.objects.get(state="active").value == "soy milk"
    assert "We do not remember this." in taps(someone, dont="1")
    assert not Preference.objects.filter(state="active").exists()


def test_a_low_answer_there_stands_in_the_chat_and_is_answered_there(visitor, ada):
    published(STARS | {"talk_at_most": 2})
    someone = asked(visitor, ada)
    assert "2 of 5 stars" in taps(someone, no=2)
    talk = Conversation.objects.get()
    assert talk.state == "needs_answer"
    seen = talk.messages.latest("id").pk
    assert reply(conversation=talk, text="Sorry.", by=ada, at=clock.now(), seen=seen).channel == "chat"


def test_one_of_several_questions_is_answered_on_its_page(visitor, ada):
    published(MILK, STARS)
    shown = asked(visitor, ada).reads()
    assert 'name="no"' not in shown and "/s/coffee/?t=" in shown


@pytest.mark.parametrize("fields", [{"no": "9"}, {"no": "x"}, {"no": ""}, {"of": "x", "no": "1"}])
def test_what_was_not_offered_changes_nothing(visitor, ada, fields):
    published(MILK)
    someone = asked(visitor, ada)
    assert someone.post("asked", **{"of": str(the_answer().uid), **fields}).status_code == 200
    assert not Response.objects.exists()


def test_nobody_answers_in_another_chat(visitor, ada):
    published(MILK)
    asked(visitor, ada)
    other = visitor()
    other.say("Hello")
    taps(other, no=1)
    assert not Response.objects.exists()
