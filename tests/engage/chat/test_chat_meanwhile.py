"""What happens beside the words: automatic answers, who writes, when we are open, and the streams."""

import threading
from datetime import UTC, datetime, time

import pytest
from django.core.cache import cache
from django.urls import reverse

from crm.business.actions import update_business
from crm.dialogue import presence
from crm.dialogue.actions import keep_faq
from crm.dialogue.models import ChatVisit, Conversation, Message
from engage import speak
from engage.chat import places
from engage.lib import clock
from engage.lib.live import listener
from tests import cast
from tests.engage.chat.visiting import attribute

pytestmark = pytest.mark.django_db
ASKED = "How do I stop my subscription?"


@pytest.fixture
def faq(shop):
    update_business(by="test", at=clock.now(), answers_by_itself=True)
    return keep_faq(
        None,
        language="en",
        question=ASKED,
        answer="Under My orders, with Stop.",
        automatic=True,
        by="Olga",
        at=clock.now(),
    )


def test_an_automatic_answer_says_what_it_is_and_leads_to_a_person(visitor, faq):
    someone = visitor()
    shown = someone.say(ASKED).content.decode()
    assert "Under My orders" in shown and "This comes by itself" in shown and "Ask a person" in shown
    assert Conversation.objects.get().state == "waiting"
    after = someone.post("tap", person="1").content.decode()
    found = Conversation.objects.get()
    assert found.state == "needs_answer" and found.person_wanted and "Ask a person" not in after
    someone.say(ASKED)
    assert Message.objects.filter(direction="out").count() == 1


def test_that_it_helped_ends_it(visitor, faq):
    someone = visitor()
    someone.say(ASKED)
    someone.post("tap", helped="1")
    assert Conversation.objects.get().state == "done"


def test_an_automatic_answer_never_goes_by_mail_to_an_address_that_nothing_proved(visitor, faq, post):
    someone = visitor()
    someone.say("Hello")
    someone.post("address", email="victim@visitors.test")
    someone.say(ASKED)
    Message.objects.filter(direction="out").update(state="queued")  # as if it had not been seen
    presence.note_gone(ChatVisit.objects.get().uid)
    speak.run()
    assert not post.addresses


def test_only_the_last_word_can_be_tapped(visitor):
    someone = visitor()
    assert someone.post("tap", person="1").status_code == 429
    someone.say("Hello")
    someone.post("tap", helped="1")
    assert Conversation.objects.get().state == "done"


# Who writes


@pytest.mark.django_db(transaction=True)
def test_colleagues_see_that_the_visitor_writes_and_the_visitor_that_we_do(visitor, client):
    someone = visitor()
    live = attribute(someone.say("Hello").content.decode(), "data-live")
    conversation = Conversation.objects.get()
    client.force_login(cast.ada())
    page = client.get(reverse("conversation", args=[conversation.uid]))
    assert page.context["names"][str(ChatVisit.objects.get().uid)] == "The visitor"
    staff, theirs = client.get(reverse("live", args=["inbox"])), someone.client.get(live)
    heard, told = iter(staff), iter(theirs)
    assert [next(heard), next(heard), next(told)] == [b"retry: 1000\n\n", b"data: {}\n\n", b"retry: 1000\n\n"]
    assert presence.is_here(ChatVisit.objects.get().uid)
    assert b'"visitor": "came"' in next(heard)

    someone.post("writes")
    assert b'"writes": true' in next(heard)
    client.post(reverse("look_at_conversation", args=[conversation.uid]), {"writes": "1"})
    assert next(told) == b'data: {"writes": true}\n\n'
    assert b'"writes": true' in next(heard), "colleagues hear of each other too"
    someone.post("gone")
    assert not presence.is_here(ChatVisit.objects.get().uid)
    assert b'"visitor": "left"' in next(heard)
    theirs.close(), staff.close()
    listener.join()


@pytest.mark.django_db(transaction=True)
def test_whose_line_is_cut_is_gone_in_a_moment_unless_they_are_back(visitor, client, monkeypatch):
    someone, told = visitor(), []
    monkeypatch.setattr(presence.live, "publish", lambda stream, said: told.append((stream, said.get("visitor"))))
    live = attribute(someone.say("Hello").content.decode(), "data-live")
    told.clear()
    visit = ChatVisit.objects.get().uid
    first = someone.client.get(live)
    next(iter(first))
    first.close()
    assert told == [("inbox", "came"), ("inbox", "ends")] and presence.is_here(visit)
    again = someone.client.get(live)
    next(iter(again))
    assert told[2:] == [("inbox", "came")] and not presence.note_here(visit), "a heartbeat is no news"
    again.close()
    cache.delete(presence._key(visit))
    presence.note_gone(visit)
    assert told[3:] == [("inbox", "ends")], "who is gone does not go again"
    listener.join()


def test_the_page_reads_again_whether_they_are_there(visitor, client):
    visitor().say("Hello")
    conversation = Conversation.objects.get()
    client.force_login(cast.ada())
    url, visit = reverse("conversation", args=[conversation.uid]), ChatVisit.objects.get().uid
    presence.note_here(visit)
    assert "data-here data-live" in client.get(url, headers={"HX-Request": "true"}).content.decode()
    presence.note_gone(visit)
    page = client.get(url).content.decode()
    assert "data-here data-live" not in page and f'data-visit="{visit}" data-here="In the chat' in page


def test_looking_alone_is_not_told_to_the_visitor(visitor, client, monkeypatch):
    visitor().say("Hello")
    client.force_login(cast.ada())
    monkeypatch.setattr("crm.dialogue.actions.tell_visitor_of_writing", lambda **_given: pytest.fail("told"))
    client.post(reverse("look_at_conversation", args=[Conversation.objects.get().uid]), {"writes": "0"})


def test_where_all_places_are_taken_the_frame_is_asked_to_come_back(visitor, monkeypatch):
    someone = visitor()
    live = attribute(someone.say("Hello").content.decode(), "data-live")
    monkeypatch.setattr(places, "places", threading.BoundedSemaphore(1))
    first, second = someone.client.get(live), someone.client.get(live)
    assert (first.status_code, second.status_code, second["Retry-After"]) == (200, 503, "30")
    first.close()


def test_one_visitor_cannot_take_all_places(visitor):
    someone = visitor()
    live = attribute(someone.say("Hello").content.decode(), "data-live")
    answers = [someone.client.get(live) for _ in range(62)]
    assert 429 in {answer.status_code for answer in answers}
    for answer in answers:
        answer.close()


# When somebody answers


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (10, "We are open now. A person reads what you write."),
        (7, "We are back today at 09:00"),
        (20, "on Tuesday, 5 May"),
    ],
)
def test_it_says_when_somebody_answers_by_the_shops_own_hours(visitor, monkeypatch, hour, words):
    hours = {"open_days": [1, 2, 3, 4, 5], "open_from": time(9), "open_until": time(17)}
    update_business(by="test", at=clock.now(), timezone="Europe/London", **hours)
    someone = visitor()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 4, hour, tzinfo=UTC))
    assert words in someone.client.get(someone.url()).content.decode()
