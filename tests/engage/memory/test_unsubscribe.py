"""Unsubscribing: a look shows, a POST does, mail programs do it with one click, and it can be taken back."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from crm.contacts.actions import record_consent
from crm.contacts.evidence import evidence
from crm.contacts.models import Consent, Topic
from engage.lib import clock, tokens
from tests.crm.dialogue.messages import ours

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(message) -> str:
    return f"/u/{tokens.sign('u', str(message.uid))}"


def granted(contact) -> set[str]:
    return {p.topic.key for p in evidence(contact) if p.granted}


def undo(page: str) -> str:
    return unescape(re.search(r'name="undo" value="([^"]+)"', page)[1])


def test_looking_unsubscribes_nobody(client, path, alice):
    page = client.get(path).content.decode()
    client.head(path)
    assert "No more about Offers" in page and "Alice" not in page
    assert granted(alice) == {"offers"}


def test_unsubscribing_from_the_topic_stands_in_the_ledger_with_its_source(client, path, alice, message):
    assert "You are unsubscribed" in client.post(path, {"what": "topic"}).content.decode()
    row = Consent.objects.latest("id")
    assert (row.state, row.how, row.topic.key, row.by) == ("withdrawn", "link", "offers", "customer")
    assert row.source == f"message:{message.uid}" and granted(alice) == set()


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://mail.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_one_click_of_a_mail_program_unsubscribes(client, path, alice, headers):
    response = client.post(path, {"List-Unsubscribe": "One-Click"}, headers=headers)
    assert response.status_code == 200 and not response.cookies and granted(alice) == set()


def test_one_click_may_come_as_a_form_or_in_parts(client, path, alice):
    client.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert granted(alice) == set()


def test_all_means_topics_too_that_were_never_asked_for(client, path, alice):
    client.post(path, {"what": "all"})
    assert set(Consent.objects.filter(state="withdrawn").values_list("topic__key", flat=True)) == {"offers", "news"}


def test_twice_is_once(client, path):
    for _ in range(2):
        client.post(path, {"what": "all"})
    assert Consent.objects.filter(state="withdrawn").count() == 2


def test_taking_it_back_gives_back_what_was_taken_and_nothing_more(client, path, alice):
    page = client.post(path, {"what": "all"}).content.decode()
    assert "We write to you as before" in client.post(f"{path}/undo", {"undo": undo(page)}).content.decode()
    assert granted(alice) == {"offers"}


def test_an_undo_of_yesterday_does_nothing(client, path, alice):
    page = client.post(path, {"what": "topic"}).content.decode()
    with time_machine.travel(clock.now() + timedelta(days=2)):
        client.post(f"{path}/undo", {"undo": undo(page)})
    assert granted(alice) == set()


@pytest.mark.parametrize("forged", ["", "nonsense", "é"])
def test_a_forged_undo_subscribes_nobody(client, path, alice, forged):
    client.post(path, {"what": "topic"})
    assert client.post(f"{path}/undo", {"undo": forged}).status_code == 404
    assert granted(alice) == set()


def test_a_message_of_no_topic_unsubscribes_from_all(client, path, alice, message):
    type(message).objects.filter(pk=message.pk).update(topic=None)
    client.post(path, {"List-Unsubscribe": "One-Click"})
    assert granted(alice) == set()


@pytest.mark.parametrize("token", ["nonsense", "é", "a.b", "x" * 3000])
def test_a_bad_link_gets_a_clear_page(client, alice, token):
    for response in (client.get(f"/u/{token}"), client.post(f"/u/{token}")):
        assert response.status_code == 404 and "does not work" in response.content.decode()


def test_an_old_message_still_unsubscribes(client, path, alice, message):
    type(message).objects.filter(pk=message.pk).update(at=clock.now() - timedelta(days=2000))
    client.post(path, {"what": "topic"})
    assert granted(alice) == set()


def test_a_mail_that_carried_other_messages_unsubscribes_from_what_each_was_about(client, path, alice, message):
    news = Topic.objects.get(key="news")
    record_consent(contact=alice, topic=news, state="granted", how="form", at=clock.now())
    ours(alice, inside=message, topic=news, state="withheld", why="merged", origin="journey:x:news")
    assert "No more about Offers and News" in client.get(path).content.decode()
    page = client.post(path, {"what": "topic"}).content.decode()
    assert "We will not write to you about Offers and News any more." in page
    assert granted(alice) == set()
    client.post(f"{path}/undo", {"undo": undo(page)})
    assert granted(alice) == {"offers", "news"}
