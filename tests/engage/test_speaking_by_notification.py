"""Notifications in the browser: allowed by a visitor on a page of ours, encrypted for that browser alone, and gone when
the browser is."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.channels import contents
from campaigns.channels.actions import set_account
from campaigns.channels.compile import compile_words
from campaigns.channels.models import PushEndpoint, PushKey
from campaigns.channels.webpush import actions, browsers
from campaigns.channels.webpush.actions import subscribe
from campaigns.channels.webpush.keys import public_key
from crm.business.actions import create_key, update_business
from crm.business.models import Key
from crm.business.queries import forget_cached
from crm.contacts.actions import erase, record_consent
from crm.contacts.evidence import evidence
from crm.contacts.models import Consent, Contact, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.ledger import sums
from crm.dialogue.models import Cost, Message, Outbox
from engage import speak
from engage.lib import belts, clock
from tests import cast
from tests.campaigns.channels.webpush.browsing import FakeBrowser, head, vouched
from tests.engage.lib.listening import saying, server

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)
DEVICE = "0b0e7c5e-2f5f-4c39-9f0e-1d7f6a3b2c11"
TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator[None]:
    forget_cached()
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    update_business(by="Olga", at=MORNING, live=True, name="Shop", sender_email="olga@shop.test", weekly_cap=9)
    yield
    forget_cached()


@pytest.fixture
def news() -> Topic:
    return Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]


@pytest.fixture
def site() -> str:
    return create_key(kind=Key.Kind.SITE, name="Website", by=cast.olga())[1]


def allowed(person: Contact, browser: FakeBrowser, at: datetime = MORNING) -> None:
    public_key(at=at)
    subscribe(
        browser=browsers.of(browser.subscription),
        topics=["news"],
        words="Notify me in this browser about:",
        how="form",
        source="Notifications",
        contact=person,
        at=at,
    )


def say(person: Contact, topic: Topic, body: str = "Fresh: https://shop.test/tea") -> Message:
    draft = Draft(
        contact=person.pk,
        recorded_for=person.pk,
        klass="marketing",
        origin="x",
        occurrence=str(Message.objects.count()),
        channel="webpush",
        topic=topic.pk,
        content=contents.keep(compile_words("Tea for {{ contact.first_name }}", body)),
    )
    (pk,) = queue([draft], at=MORNING)
    speak.step(speak.ALL_LANES)  # once: by the database's clock, whatever is to come again is due at once
    return Message.objects.get(pk=pk)


def test_only_that_browser_reads_it_and_a_click_is_counted(client: Client, news: Topic) -> None:
    alice = cast.alice()
    with server(saying(TAKEN)) as (there, got):
        browser = FakeBrowser(there)
        allowed(alice, browser)
        message = say(alice, news)

    assert (message.state, message.address) == ("accepted", browsers.of(browser.subscription).digest)
    (request,) = got
    assert request.startswith(b"POST " + browser.endpoint.removeprefix(there).encode())
    headers = head(request)
    assert (headers["content-encoding"], headers["ttl"], headers["urgency"]) == ("aes128gcm", "86400", "normal")
    claims, key = vouched(request)
    assert (claims["aud"], claims["sub"], key) == (there, "mailto:olga@shop.test", PushKey.objects.get().public)
    assert claims["exp"] - MORNING.timestamp() <= 86_400

    said = browser.read(request)
    assert (said["title"], said["body"], said["tag"]) == ("Tea for Alice", "Fresh:", str(message.uid))
    assert client.get("/c/" + said["url"].partition("/c/")[2]).headers["Location"] == "https://shop.test/tea"
    assert "/m/" in client.get("/y/" + said["less"].partition("/y/")[2]).headers["Location"]
    assert not Cost.objects.exists() and not Outbox.objects.exists()
    assert sums()[0].adds_up


def test_without_permission_for_notifications_nothing_is_sent(news: Topic) -> None:
    alice = cast.alice()
    record_consent(contact=alice, topic=news, state="granted", how="form", at=MORNING)
    message = say(alice, news)
    assert (message.state, message.why) == ("withheld", "no_address")

    with server(saying(TAKEN)) as (there, got):
        allowed(alice, FakeBrowser(there))
        record_consent(contact=alice, topic=news, channel="webpush", state="withdrawn", how="link", at=MORNING)
        message = say(alice, news)
    assert (message.state, message.why, got) == ("withheld", "unsubscribed", [])


@pytest.mark.parametrize("status", [b"404 Not Found", b"410 Gone"])
def test_a_browser_that_is_gone_is_forgotten_at_once(news: Topic, status: bytes) -> None:
    alice = cast.alice()
    with server(saying(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status)) as (there, got):
        allowed(alice, FakeBrowser(there))
        first, second = say(alice, news), say(alice, news)
    assert (first.state, first.why, len(got)) == ("failed", "refused", 1)
    assert (second.state, second.why) == ("withheld", "no_address")
    assert not PushEndpoint.objects.exists() and not alice.identities.filter(kind="push").exists()
    assert evidence(alice, "webpush")[0].granted


@pytest.mark.parametrize("status", [b"429 Too Many Requests", b"500 Oh", b"503 Later", b"403 No"])
def test_what_a_service_cannot_take_now_comes_again(news: Topic, status: bytes) -> None:
    alice = cast.alice()
    with server(saying(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status)) as (there, _got):
        allowed(alice, FakeBrowser(there))
        message = say(alice, news)
    assert (message.state, message.why) == ("waiting", "deferred")
    assert message.until >= MORNING + timedelta(minutes=1)
    assert PushEndpoint.objects.exists()


def test_an_endpoint_in_our_own_network_is_never_spoken_to(news: Topic, settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    alice = cast.alice()
    with server(saying(TAKEN)) as (there, got):
        allowed(alice, FakeBrowser(there))
        message = say(alice, news)
    assert (message.state, message.detail["reply"], got) == ("failed", "own_network", [])
    assert not PushEndpoint.objects.exists()


def test_what_is_too_long_for_push_services_is_refused_here(news: Topic) -> None:
    alice = cast.alice()
    with server(saying(TAKEN)) as (there, got):
        allowed(alice, FakeBrowser(there))
        message = say(alice, news, "ü" * 2100)
    assert (message.state, message.detail["reply"], got) == ("failed", "longer than 3993 bytes", [])


def test_the_longest_that_fits_is_taken(news: Topic) -> None:
    alice = cast.alice()
    with server(saying(TAKEN)) as (there, got):
        browser = FakeBrowser(there)
        allowed(alice, browser)
        say(alice, news, "ü" * 1000)
    assert browser.read(got[0])["body"] == "ü" * 1000


# How it is allowed


def ask(client: Client, site: str, browser: FakeBrowser, **changes: object):
    said = {"device": DEVICE, "topics": ["news"], "subscription": browser.subscription} | changes
    return client.post(reverse("push_ask", args=[site]), json.dumps(said), content_type="application/json")


def test_a_visitor_allows_it_by_topic_and_the_wording_is_kept(client: Client, site: str, news: Topic) -> None:
    set_account(
        channel="webpush", provider="browser", options={"words": "Ping me about"}, secrets={}, by="O", at=MORNING
    )
    page = client.get(reverse("push_ask", args=[site]))
    assert "Ping me about" in page.content.decode() and not page.cookies
    assert not Contact.objects.exists() and not PushKey.objects.exists()

    browser = FakeBrowser("https://push.test")
    answer = ask(client, site, browser)
    assert (answer.status_code, len(answer.cookies)) == (204, 0)
    person = Contact.objects.get()
    assert {(one.kind, one.proof) for one in person.identities.all()} == {("anonymous", "device"), ("push", "device")}
    consent = Consent.objects.get()
    assert (consent.channel, consent.topic, consent.state, consent.how) == ("webpush", news, "granted", "form")
    assert consent.words == "Ping me about News" and consent.network_address == "127.0.0.1"

    assert ask(client, site, browser).status_code == 204
    assert (Contact.objects.count(), Consent.objects.count(), PushEndpoint.objects.count()) == (1, 1, 1)


def test_it_belongs_to_whom_the_device_is_proved_to_belong(client: Client, site: str, news: Topic) -> None:
    alice = cast.alice()
    Identity.objects.create(contact=alice, recorded_for=alice, kind="anonymous", value=DEVICE, proof="device")
    browser = FakeBrowser("https://push.test")
    ask(client, site, browser)
    assert Identity.objects.get(kind="push").contact == alice

    bob = cast.bob()
    Identity.objects.create(contact=bob, recorded_for=bob, kind="anonymous", value=DEVICE[::-1], proof="device")
    ask(client, site, browser, device=DEVICE[::-1])
    assert Identity.objects.get(kind="push").contact == bob


@pytest.mark.parametrize("device", ["claim:0b0e7c5e2f5f4c39", "", None, 7, {"a": 1}])
def test_a_device_that_the_script_did_not_make_is_nobodys(
    client: Client, site: str, news: Topic, device: object
) -> None:
    alice = cast.alice()
    Identity.objects.create(contact=alice, recorded_for=alice, kind="anonymous", value=str(device), proof="device")
    assert ask(client, site, FakeBrowser("https://push.test"), device=device).status_code == 204
    assert Identity.objects.get(kind="push").contact != alice


@pytest.mark.parametrize(
    "changes",
    [
        {"subscription": None},
        {"subscription": {"endpoint": "https://push.test/1"}},
        {"subscription": {"endpoint": "file:///etc/passwd", "keys": {"p256dh": "", "auth": ""}}},
        {"subscription": {"endpoint": "https://push.test/1", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}},
        {"subscription": {"endpoint": "https://push.test/1", "keys": {"p256dh": "é", "auth": 3}}},
        {"topics": "news", "subscription": []},
    ],
)
def test_what_is_no_subscription_is_refused(client: Client, site: str, changes: dict) -> None:
    assert ask(client, site, FakeBrowser("https://push.test"), **changes).status_code == 400
    assert not Contact.objects.exists()


def test_strangers_other_sites_and_floods_are_refused(client: Client, site: str, news: Topic) -> None:
    browser = FakeBrowser("https://push.test")
    assert ask(client, "no-key", browser).status_code == 404
    there = reverse("push_ask", args=[site])
    assert client.post(there, b"[", content_type="application/json").status_code == 400
    assert client.post(there, b"x" * 9000, content_type="application/json").status_code == 400
    assert (
        client.post(there, "{}", content_type="text/plain", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    client.defaults["REMOTE_ADDR"] = "203.0.113.77"
    answers = [ask(client, site, FakeBrowser("https://push.test")).status_code for _time in range(31)]
    assert answers == [204] * 30 + [429]
    person = Identity.objects.get(kind="anonymous").contact
    assert person.identities.filter(kind="push").count() == actions.MOST == PushEndpoint.objects.count()


def test_the_key_is_made_once_and_the_worker_keeps_to_its_folder(client: Client) -> None:
    first = client.post(reverse("push_key")).json()["key"]
    assert client.post(reverse("push_key")).json()["key"] == first == PushKey.objects.get().public
    assert client.get(reverse("push_key")).status_code == 405
    worker = client.get("/w/push/worker.js")
    assert worker.headers["Content-Type"].startswith("text/javascript") and b"notificationclick" in worker.content


def test_a_key_that_cannot_be_read_any_more_is_made_anew(settings) -> None:
    first = public_key(at=MORNING)
    settings.SECRET_KEY = "another"
    assert public_key(at=MORNING) != first
    assert PushKey.objects.count() == 1


def test_who_is_erased_is_notified_no_more(news: Topic) -> None:
    alice = cast.alice()
    allowed(alice, FakeBrowser("https://push.test"))
    erase(contact=alice, by="Olga", at=MORNING)
    assert not PushEndpoint.objects.exists() and not Identity.objects.filter(kind="push").exists()
