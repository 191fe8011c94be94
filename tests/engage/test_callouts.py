"""Colleagues who switched notifications on hear that somebody waits for an answer: once, a first name and no more."""

import json
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.channels.webpush import browsers
from campaigns.channels.webpush.keys import public_key
from crm.business.actions import add_browser, update_business
from crm.business.models import StaffBrowser, User
from crm.business.queries import forget_cached
from crm.dialogue.actions import reply, say
from crm.dialogue.models import Callout, Conversation
from engage import callouts
from engage.lib import clock
from tests import cast
from tests.campaigns.channels.webpush.browsing import FakeBrowser, head
from tests.engage.lib.listening import saying, server

pytestmark = pytest.mark.django_db

TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def shop(settings) -> Iterator[None]:
    forget_cached()
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    update_business(by="Olga", at=clock.now(), name="Quay Lane")
    public_key(at=clock.now())
    yield
    forget_cached()


def wants(user: User, service: str) -> FakeBrowser:
    browser = FakeBrowser(service)
    known = browsers.of(browser.subscription)
    add_browser(user=user, digest=known.digest, browser=known.kept(), at=clock.now())
    return browser


def write(person, text: str = "My card number is 4111", **more):
    return say(contact=person, text=text, channel="site", at=more.pop("at", clock.now()), **more)


def test_it_is_told_once_when_words_begin_to_wait(settings) -> None:
    ada, alice = cast.ada(), cast.alice()
    with server(saying(TAKEN)) as (there, got):
        browser = wants(ada, there)
        write(alice)
        write(alice, "Hello?")
        assert callouts.run() == 1
        said = browser.read(got[0])
        assert (said["title"], said["body"]) == ("Quay Lane", "Alice wrote to you, and waits for an answer.")
        conversation = Conversation.objects.get()
        assert said["url"] == settings.PUBLIC_URL + reverse("conversation", args=[conversation.uid])
        assert head(got[0])["urgency"] == "high"
        assert not any(private in json.dumps(said) for private in ("4111", "Moreau", "alice@"))
        assert callouts.run() == 0

        last = conversation.messages.latest("pk")
        reply(conversation=conversation, text="Hello!", by=ada, at=clock.now(), seen=last.pk)
        write(alice, "Thanks. One more thing")
        assert callouts.run() == 1
    assert len(got) == 2


def test_only_who_has_it_in_hand_is_told_and_nobody_who_left() -> None:
    ada, max_, olga = cast.ada(), cast.max_(), cast.olga()
    max_.is_active = False
    max_.save()
    with server(saying(TAKEN)) as (there, got):
        told = {user.name: wants(user, there) for user in (ada, max_, olga)}
        write(cast.alice())
        callouts.run()
        assert len(got) == 2
        assert {name for name, one in told.items() for request in got if one.endpoint.encode()[-16:] in request} == {
            "Ada",
            "Olga",
        }
        got.clear()
        write(cast.bob())
        Conversation.objects.filter(contact__name="Bob Stone").update(assignee=olga)
        callouts.run()
    assert [told["Olga"].read(request)["body"][:3] for request in got] == ["Bob"]


def test_old_words_answered_words_and_what_a_colleague_wrote_down_are_no_news() -> None:
    ada, alice = cast.ada(), cast.alice()
    with server(saying(TAKEN)) as (there, got):
        wants(ada, there)
        write(alice, at=clock.now() - timedelta(hours=2))
        callouts.run()
        write(cast.bob(), written_by=ada)
        assert not Callout.objects.exists()
        message = write(cast.carol())
        reply(conversation=message.conversation, text="Yes", by=ada, at=clock.now(), seen=message.pk)
        callouts.run()
    assert got == [] and not Callout.objects.exists()


def test_a_browser_that_is_gone_is_forgotten() -> None:
    with server(saying(GONE)) as (there, _got):
        wants(cast.ada(), there)
        write(cast.alice())
        callouts.run()
    assert not StaffBrowser.objects.exists()


@pytest.mark.parametrize("who", [cast.ada, cast.max_, cast.olga])
def test_everybody_switches_it_on_and_off_for_themselves(client: Client, who) -> None:
    user, page = who(), reverse("my_notifications")
    client.force_login(user)
    assert "Nowhere yet." in client.get(page).content.decode()
    browser = FakeBrowser("https://push.test")
    said = json.dumps({"subscription": browser.subscription})
    assert client.post(page, said, content_type="application/json").status_code == 204
    kept = StaffBrowser.objects.get()
    assert kept.user == user and browser.endpoint not in client.get(page).content.decode()
    assert client.post(page, "{}", content_type="application/json").status_code == 400
    client.post(reverse("drop_browser", args=[kept.pk]))
    assert not StaffBrowser.objects.exists()


def test_a_colleagues_browser_is_nobody_elses_to_switch_off(client: Client) -> None:
    wants(cast.ada(), "https://push.test")
    theirs = reverse("drop_browser", args=[StaffBrowser.objects.get().pk])
    assert client.post(theirs).status_code == 302
    client.force_login(cast.olga())
    assert client.post(theirs).status_code == 404
    assert StaffBrowser.objects.exists()


def test_a_test_goes_to_ones_own_browsers(client: Client) -> None:
    ada = cast.ada()
    client.force_login(ada)
    there = reverse("test_notification")
    assert "No browser of yours could be reached." in client.post(there, follow=True).content.decode()
    with server(saying(TAKEN)) as (service, got):
        browser = wants(ada, service)
        wants(cast.max_(), service)
        assert "On its way." in client.post(there, follow=True).content.decode()
    assert [browser.read(request)["body"] for request in got] == ["This is a test. Notifications work."]
