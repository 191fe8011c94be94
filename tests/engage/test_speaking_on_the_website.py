"""A message waits for its person's next visit: for whom a device is proved to be theirs, once a week at most."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from campaigns.channels import contents
from campaigns.channels.actions import set_account
from campaigns.channels.compile import compile_words
from campaigns.channels.models import OnsiteMessage
from crm.business.actions import create_key, update_business
from crm.business.models import Key
from crm.business.queries import forget_cached
from crm.contacts.actions import erase, lift_pause, pause
from crm.contacts.models import Contact, Identity
from crm.dialogue.actions import Draft, queue
from crm.dialogue.actions import say as hear
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox
from crm.preferences.models import Preference
from engage import speak
from engage.lib import belts, clock, tokens
from tests import cast

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)
DEVICE = "0b0e7c5e-2f5f-4c39-9f0e-1d7f6a3b2c11"


class Time:
    now = MORNING


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch):
    forget_cached()
    cache.clear()
    Time.now = MORNING
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: Time.now)
    update_business(by="Olga", at=MORNING, live=True, name="Shop", weekly_cap=9)
    yield Time
    forget_cached()


@pytest.fixture
def key() -> str:
    return create_key(kind=Key.Kind.SITE, name="Website", by=cast.olga())[1]


@pytest.fixture
def alice() -> Contact:
    person = cast.alice()
    Identity.objects.create(contact=person, recorded_for=person, kind="anonymous", value=DEVICE, proof="device")
    return person


def say(person: Contact, occurrence: str = "1", body: str = "Back in stock: https://shop.test/tea") -> Message:
    content = contents.keep(compile_words("Tea for {{ contact.first_name }}", body))
    draft = Draft(
        contact=person.pk,
        recorded_for=person.pk,
        klass="marketing",
        origin="x",
        occurrence=occurrence,
        channel="onsite",
        content=content,
    )
    (pk,) = queue([draft], at=Time.now)
    speak.run()
    return Message.objects.get(pk=pk)


def visit(client: Client, key: str, device: str = DEVICE):
    said = json.dumps({"writeKey": key, "anonymousId": device})
    return client.post("/w/onsite", said, content_type="text/plain")


def tell(client: Client, token: str, what: str) -> int:
    said = json.dumps({"token": token, "what": what})
    return client.post("/w/onsite/heard", said, content_type="text/plain").status_code


def test_it_waits_is_shown_and_has_arrived(alice: Contact, key: str, client: Client) -> None:
    message = say(alice)
    assert (message.state, message.why, message.until) == ("waiting", "next_visit", MORNING + timedelta(days=14))

    answer = visit(client, key)
    shown = answer.json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    assert (shown["title"], shown["text"], shown["shape"]) == ("Tea for Alice", "Back in stock:", "slide")
    assert client.get("/c/" + shown["link"].partition("/c/")[2]).headers["Location"] == "https://shop.test/tea"
    message.refresh_from_db()
    assert message.state == "waiting"

    assert [tell(client, shown["token"], what) for what in ("seen", "seen", "closed")] == [204, 204, 204]
    message.refresh_from_db()
    assert (message.state, message.settled) == ("delivered", MORNING)
    row = OnsiteMessage.objects.get()
    assert (row.shown, row.closed) == (MORNING, MORNING)
    assert not Outbox.objects.exists()
    assert sums()[0].adds_up


def test_a_device_that_nobody_proved_is_told_nothing(alice: Contact, key: str, client: Client) -> None:
    visitor = Contact.objects.create(created=MORNING)
    Identity.objects.create(contact=visitor, recorded_for=visitor, kind="anonymous", value="other", proof="device")
    Identity.objects.create(contact=visitor, recorded_for=visitor, kind="email", value="alice@shop.example", proof="")
    say(alice)
    say(visitor)

    assert visit(client, key, "other").status_code == 204
    assert visit(client, key, "nobody").status_code == 204
    assert visit(client, "no key").status_code == 401
    assert client.post("/w/onsite", "[", content_type="text/plain").status_code == 400
    assert client.post("/w/onsite", b"x" * 2000, content_type="text/plain").status_code == 400
    assert client.get("/w/onsite").status_code == 405
    assert tell(client, "guessed", "seen") == 404
    assert tell(client, "guessed", "burnt") == 400


def test_who_has_no_device_is_withheld(client: Client) -> None:
    message = say(cast.bob())
    assert (message.state, message.why, message.detail) == ("withheld", "no_address", {"channel": "onsite"})


def test_one_interruption_a_week(alice: Contact, key: str, client: Client, time: type[Time]) -> None:
    say(alice, "1")
    say(alice, "2")
    token = visit(client, key).json()["token"]
    tell(client, token, "seen")
    assert visit(client, key).status_code == 204
    time.now = MORNING + timedelta(days=7, minutes=1)
    assert visit(client, key).status_code == 200


def test_two_pages_at_once_show_it_once(alice: Contact, key: str, client: Client, time: type[Time]) -> None:
    say(alice)
    assert [visit(client, key).status_code for _page in range(2)] == [200, 204]
    time.now = MORNING + timedelta(minutes=2)
    assert visit(client, key).status_code == 200


def test_their_switches_and_a_conversation_hold_it_back(alice: Contact, key: str, client: Client) -> None:
    say(alice)
    pause(contact=alice, until=None, by="customer", at=MORNING)
    assert visit(client, key).status_code == 204
    lift_pause(contact=alice, by="customer", at=MORNING)
    pause(contact=None, until=None, by="Olga", at=MORNING)
    assert visit(client, key).status_code == 204
    lift_pause(contact=None, by="Olga", at=MORNING)
    hear(contact=alice, text="Where is it?", channel="site", at=MORNING)
    assert visit(client, key).status_code == 204


def test_who_does_not_come_in_time_is_not_shown_it(alice: Contact, key: str, client: Client, time: type[Time]) -> None:
    message = say(alice)
    time.now = MORNING + timedelta(days=15)
    assert visit(client, key).status_code == 204
    Outbox.objects.update(due=datetime(2020, 1, 1, tzinfo=UTC))
    speak.run()

    message.refresh_from_db()
    assert (message.state, message.why, message.detail) == ("withheld", "too_late", {"days": 14})


def test_who_is_erased_is_shown_nothing(alice: Contact, key: str, client: Client) -> None:
    say(alice)
    token = visit(client, key).json()["token"]
    erase(contact=alice, by="Olga", at=MORNING)
    tell(client, token, "seen")
    assert visit(client, key).status_code == 204
    assert Message.objects.get().state == "withheld"


def write(client: Client, shown: dict, text: str = "Is it decaf?", **changed):
    said = {"token": shown["token"], "once": shown["once"], "text": text, **changed}
    return client.post("/w/onsite/said", json.dumps(said), content_type="text/plain")


def test_they_answer_beneath_it_and_the_words_are_a_claim(alice: Contact, key: str, client: Client) -> None:
    message = say(alice)
    shown = visit(client, key).json()
    tell(client, shown["token"], "seen")
    answers = [write(client, shown), write(client, shown)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers["Access-Control-Allow-Origin"] == "*" and not answers[0].cookies
    assert "A person reads them" in answers[0].json()["text"]

    words = Message.objects.get(direction="in")
    assert words.conversation and words.conversation.about_id == message.pk, "kept once, with its context"
    assert (words.text, words.channel, words.contact, words.is_claim) == ("Is it decaf?", "site", alice, True)
    message.refresh_from_db()
    assert message.replied == MORNING

    client.force_login(cast.ada())
    page = client.get(reverse("conversation", args=[words.conversation.uid])).content.decode()
    keep = reverse("keep_words", args=[words.uid])
    assert "nothing else says who wrote it" in page and keep not in page
    assert client.post(keep, {"key": "milk", "value": "oat"}).status_code == 403
    assert not Preference.objects.exists()


def test_what_is_no_answer_is_refused_and_keeps_nothing(alice: Contact, key: str, client: Client) -> None:
    say(alice)
    shown = visit(client, key).json()
    assert [write(client, shown, text).status_code for text in ("", "  ", "x" * 10_001, "\x00")] == [400] * 4
    assert [write(client, shown, token=token).status_code for token in ("", "guessed", "x" * 32)] == [404] * 3
    other = write(
        client, {"token": tokens.seal("w", hear(contact=alice, text="?", channel="site", at=MORNING).uid), "once": ""}
    )
    assert other.status_code == 404, "no message of ours on the website"
    assert client.post("/w/onsite/said", b"x" * 70_000, content_type="text/plain").status_code == 404
    assert client.get("/w/onsite/said").status_code == 405
    assert Message.objects.filter(direction="in").count() == 1
    erase(contact=alice, by="Olga", at=MORNING)
    assert write(client, shown).status_code == 404


def test_who_writes_without_end_is_stopped(alice: Contact, key: str, client: Client) -> None:
    say(alice)
    shown = visit(client, key).json()
    answers = [write(client, shown, once="").status_code for _number in range(21)]
    assert answers == [200] * 20 + [429]


def test_the_owner_says_how_it_is_shown(alice: Contact, key: str, client: Client) -> None:
    set_account(channel="onsite", provider="script", options={"shape": "banner"}, secrets={}, by="Olga", at=MORNING)
    say(alice)
    assert visit(client, key).json()["shape"] == "banner"
