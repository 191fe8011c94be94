"""From "a person, please" to a person's first word: by channel, honest with few, and who waits now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from crm.business.models import User
from crm.dialogue.actions import close, mark_spam, reply, say, take_answer_back
from crm.dialogue.models import Conversation, Message
from engage.dashboard.home.first_word import first_words
from engage.lib import clock
from tests import cast
from tests.cast import NOON
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SINCE = NOON - timedelta(days=30)


def wants(n: int = 0, *, channel: str = "site", at=NOON) -> Conversation:
    person = cast.contact(f"P{n} Lane", f"p{n}.{channel}@shop.example")
    return say(contact=person, text="A person, please", channel=channel, at=at).conversation


def answer(talk: Conversation, by: User, minutes: int) -> Message:
    asked = talk.messages.get()
    return reply(conversation=talk, text="Hello", by=by, at=asked.at + minutes * MINUTE, seen=asked.pk)


def test_of_many_the_median_and_the_slowest_by_channel(ada):
    for n, minutes in enumerate([1, 2, 3, 10, 60]):
        answer(wants(n), ada, minutes)
    for n, minutes in enumerate([4, 6, 8, 20, 30, 40]):
        answer(wants(n, channel="chat"), ada, minutes)
    chat, site = first_words(SINCE)
    assert (chat.channel, chat.came, chat.median, chat.slowest) == ("chat", 6, 14 * MINUTE, 40 * MINUTE)
    assert (site.channel, site.came, site.median, site.slowest) == ("site", 5, 3 * MINUTE, 60 * MINUTE)
    assert not site.are_few and (site.waiting, site.never) == (0, 0)


def test_few_are_told_each(client: Client, ada):
    now = clock.now()
    for n, minutes in enumerate([7, 3]):
        answer(wants(n, at=now - timedelta(hours=2)), ada, minutes)
    (site,) = first_words(now - timedelta(days=30))
    assert (site.are_few, site.each) == (True, [3 * MINUTE, 7 * MINUTE])
    page = client.get(reverse("home")).content.decode()
    assert "3 minutes, 7 minutes" in page and "too few for more" in page and "Half within" not in page


def test_who_waits_is_counted_however_long_it_is_and_leads_to_them(client: Client, ada):
    now = clock.now()
    wants(1, at=now - timedelta(days=90)), wants(2, channel="chat", at=now - timedelta(hours=3))
    page = client.get(reverse("home")).content.decode()
    assert "1 waits, since" in page and f"{reverse('inbox')}?wanted=1&amp;channel=chat" in page
    assert "P2 Lane" in client.get(reverse("inbox"), {"wanted": 1, "channel": "chat"}).content.decode()
    assert [way.waiting for way in first_words(now - timedelta(days=30))] == [1, 1]


def test_what_was_done_without_a_word_is_told_and_spam_is_nobody(ada):
    close(conversation=wants(1), by=ada, at=NOON)
    mark_spam(conversation=wants(2), by=ada, at=NOON)
    (site,) = first_words(SINCE)
    assert (site.came, site.never, site.waiting, site.median) == (0, 1, 0, None)


def test_what_is_older_is_left_out_and_nobody_asked_shows_nothing(client: Client, ada):
    answer(wants(1), ada, 5)
    assert first_words(NOON + timedelta(days=1)) == []
    assert 'id="first-word"' not in client.get(reverse("home")).content.decode()


def test_a_word_that_was_taken_back_was_no_word(ada):
    talk = wants(1)
    message = answer(talk, ada, 5)
    assert first_words(SINCE)[0].came == 1
    Message.objects.filter(pk=message.pk).update(at=NOON + 6 * MINUTE)
    assert take_answer_back(message=message, by=ada, at=NOON + 5 * MINUTE)
    talk.refresh_from_db()
    assert talk.person_came is None and first_words(SINCE)[0].waiting == 1
    reply(conversation=talk, text="Hello", by=ada, at=NOON + 9 * MINUTE, seen=message.pk)
    assert first_words(SINCE)[0].median == 9 * MINUTE


def test_it_is_one_query(ada, django_assert_num_queries):
    for n in range(9):
        wants(n)
    with django_assert_num_queries(1):
        first_words(SINCE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_it_is_looked_at(browser: Browser, run_web, size, scheme):
    olga, now = cast.olga(), clock.now()
    for n, minutes in enumerate([1, 2, 3, 10, 60]):
        answer(wants(n, at=now - timedelta(hours=5)), olga, minutes)
    answer(wants(7, channel="chat", at=now - timedelta(hours=5)), olga, 4)
    wants(8, channel="chat", at=now - timedelta(hours=1))
    close(conversation=wants(9, channel="email", at=now - timedelta(hours=1)), by=olga, at=now)
    url = run_web()
    page = signed_in(browser, url, olga, size, scheme).new_page()
    page.goto(url + reverse("home"))
    looked_at(page, f"first-word-{size['width']}-{scheme}")
