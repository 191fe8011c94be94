"""A message waits for its person's next visit: for whom a device is proved to be theirs, once a week at most."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

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
from engage import speak
from engage.lib import belts, clock
from tests import cast

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)
DEVICE = "0b0e7c5e-2f5f-4c39-9f0e-1d7f6a3b2c11"


class Time:
    now = MORNING


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch):
    forget_cached()
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


def test_the_owner_says_how_it_is_shown(alice: Contact, key: str, client: Client) -> None:
    set_account(channel="onsite", provider="script", options={"shape": "banner"}, secrets={}, by="Olga", at=MORNING)
    say(alice)
    assert visit(client, key).json()["shape"] == "banner"
