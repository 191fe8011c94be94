"""A message handed to the owner's own system: signed, once, with what it needs to pass it on."""

import json
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
import time_machine
from standardwebhooks import Webhook as Checking

from campaigns.channels import contents
from campaigns.channels.actions import set_account
from campaigns.channels.compile import compile_design
from campaigns.channels.webhook.secrets import make_secret
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from engage import speak
from engage.lib import belts, clock
from tests import cast
from tests.engage.lib.listening import OK, saying, server

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def shop(settings, monkeypatch: pytest.MonkeyPatch):
    forget_cached()
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    update_business(by="Olga", at=MORNING, live=True, name="Shop", weekly_cap=9)
    yield
    forget_cached()


@pytest.fixture
def secret() -> str:
    return make_secret(by="Olga", at=MORNING)


@pytest.fixture
def alice() -> Contact:
    person = cast.alice()
    news = Topic.objects.create(key="news", label="News")
    for kind, value, proof in (
        ("phone", "+447911123456", "import"),
        ("external", "u1", "server"),
        ("phone", "+4479", ""),
    ):
        Identity.objects.create(contact=person, recorded_for=person, kind=kind, value=value, proof=proof)
    record_consent(contact=person, topic=news, channel="webhook", state="granted", how="form", at=MORNING)
    return person


def say(person: Contact, url: str, **fields: object) -> Message:
    set_account(channel="webhook", provider="endpoint", options={"url": url}, secrets={}, by="Olga", at=MORNING)
    content = contents.keep(compile_design("For {{ contact.first_name }}", "Hello & welcome.", "letter"))
    topic = Topic.objects.get()
    given = {"klass": "marketing", "origin": "x", "occurrence": "1", "content": content, "channel": "webhook", **fields}
    (pk,) = queue([Draft(contact=person.pk, recorded_for=person.pk, topic=topic.pk, **given)], at=MORNING)
    speak.step(speak.ALL_LANES)
    return Message.objects.get(pk=pk)


def heard(request: bytes) -> tuple[dict[str, str], str]:
    head, _, body = request.decode().partition("\r\n\r\n")
    lines = (line.partition(": ") for line in head.split("\r\n")[1:])
    return {name.lower(): value for name, _, value in lines}, body


def test_the_receiver_reads_the_message_and_can_check_who_says_so(alice: Contact, secret: str) -> None:
    with server(saying(OK)) as (url, got):
        message = say(alice, url)
    headers, body = heard(got[0])
    with time_machine.travel(MORNING, tick=False):
        Checking(secret).verify(body, headers)
    said = json.loads(body)
    assert (said["type"], headers["webhook-id"]) == ("message.send", str(message.uid))
    assert said["data"]["message"]["subject"] == "For Alice"
    assert "Hello &amp; welcome." in said["data"]["message"]["html"]
    assert said["data"]["message"]["text"].startswith("Hello & welcome.")
    assert said["data"]["contact"] == {
        "id": str(alice.uid),
        "name": "Alice Moreau",
        "language": "en",
        "email": "alice@shop.example",
        "phone": "+447911123456",
        "external_id": "u1",
    }
    assert message.state == "accepted"


@pytest.mark.parametrize(
    ("answer", "state", "why"),
    [("503 Away", "waiting", "deferred"), ("410 Gone", "failed", "refused"), ("500 Oh", "unknown", "connection_lost")],
)
def test_what_it_answers_is_what_becomes_of_the_message(alice: Contact, secret: str, answer, state, why) -> None:
    with server(saying(f"HTTP/1.1 {answer}\r\n\r\n".encode())) as (url, _got):
        message = say(alice, url)
    assert (message.state, message.why) == (state, why)


def test_no_private_network_is_spoken_to(alice: Contact, secret: str, settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    with server(saying(OK)) as (url, got):
        message = say(alice, url)
    assert (message.state, message.why, message.detail) == ("waiting", "unreachable", {"reply": "own_network"})
    assert got == []


def test_without_a_secret_nothing_leaves(alice: Contact) -> None:
    with server(saying(OK)) as (url, got):
        assert say(alice, url).why == "unreachable"
    assert got == []
