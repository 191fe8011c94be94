"""Text messages are handed to Twilio, or to any gateway, and what it answers is what becomes of them."""

import base64
import json
from decimal import Decimal
from ipaddress import ip_network
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from campaigns.channels import port
from campaigns.channels.models import Account
from campaigns.channels.port import Fate, Outcome, Parcel
from campaigns.channels.posting import WINDOW
from campaigns.channels.sms import twilio
from campaigns.channels.sms.carriers import carrier
from campaigns.channels.sms.channel import Sms
from campaigns.channels.sms.texts import Text
from crm.dialogue.outbox import Cost
from tests.engage.lib.listening import saying, server

NUMBER, OTHER = "+447911123456", "+447911123457"
MESSAGE = UUID("01920000-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def own_network(settings):
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.PUBLIC_URL = "https://shop.test"


def by_twilio(sender: str = "+15005550006") -> Account:
    return Account(
        channel="sms",
        provider="twilio",
        options={"sid": "AC1", "sender": sender},
        secrets={"token": "secret"},
        price=Decimal("0.04"),
        currency="GBP",
    )


def by_gateway(url: str, **options: object) -> Account:
    given = {"url": url, "format": "json", "fields": {"to": "{to}", "message": {"body": "{text}"}, "ref": "{id}"}}
    return Account(channel="sms", provider="gateway", options=given | options, secrets={"authorization": "Key 1"})


def answer(status: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def handed(account: Account, *addresses: str, words: str = "Your tea is here.") -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    marked: list[str] = []

    def turn(settled, keys):
        outcomes.update({outcome.key: outcome for outcome in settled})
        marked.extend(keys)

    parcels = [Parcel(address, address, Text(words, MESSAGE)) for address in addresses]
    port.hand_over(Sms(), carrier(account), parcels, turn)
    assert outcomes.keys() == set(addresses)
    return outcomes


def test_twilio_reads_whom_it_is_for_and_what_it_says(monkeypatch) -> None:
    with server(saying(answer("201 Created", b'{"sid": "SM1"}'))) as (url, got):
        monkeypatch.setattr(twilio, "API", url)
        outcome = handed(by_twilio(), NUMBER)[NUMBER]
    head, _, body = got[0].decode().partition("\r\n\r\n")
    assert head.startswith("POST /2010-04-01/Accounts/AC1/Messages.json ")
    assert f"Authorization: Basic {base64.b64encode(b'AC1:secret').decode()}" in head
    assert parse_qs(body) == {
        "To": [NUMBER],
        "Body": ["Your tea is here."],
        "From": ["+15005550006"],
        "StatusCallback": [f"https://shop.test/hooks/sms/twilio/status/{MESSAGE}/"],
    }
    assert outcome == Outcome(NUMBER, Fate.ACCEPTED, "", Cost(Decimal("0.04"), "GBP", 1))


def test_a_messaging_service_stands_for_the_sender_and_each_segment_costs(monkeypatch) -> None:
    with server(saying(answer("201 Created", b"{}"))) as (url, got):
        monkeypatch.setattr(twilio, "API", url)
        outcome = handed(by_twilio("MG123"), NUMBER, words="茶" * 71)[NUMBER]
    assert "MessagingServiceSid=MG123" in got[0].decode()
    assert outcome.cost == Cost(Decimal("0.08"), "GBP", 2)


@pytest.mark.parametrize(
    ("status", "body", "fate", "reply"),
    [
        ("400 Bad Request", b'{"code": 21610}', Fate.REFUSED, "Twilio 400 21610"),
        ("400 Bad Request", b'{"code": 21211, "message": "is no number"}', Fate.REFUSED, "Twilio 400 21211"),
        ("429 Too Many", b'{"code": 20429}', Fate.DEFERRED, "Twilio 429 20429"),
        ("400 Bad Request", b'{"code": 21611}', Fate.DEFERRED, "Twilio 400 21611"),
        ("401 Unauthorized", b"[]", Fate.DEFERRED, "Twilio 401"),
        ("503 Away", b"no JSON", Fate.DEFERRED, "Twilio 503"),
        ("500 Oh", b"", Fate.UNKNOWN, "Twilio 500"),
    ],
)  # fmt: skip
def test_what_twilio_refuses_puts_off_or_leaves_open(monkeypatch, status: str, body: bytes, fate: Fate, reply) -> None:
    with server(saying(answer(status, body))) as (url, _got):
        monkeypatch.setattr(twilio, "API", url)
        assert handed(by_twilio(), NUMBER)[NUMBER] == Outcome(NUMBER, fate, reply)


def test_a_gateway_gets_the_fields_that_the_owner_wrote() -> None:
    with server(saying(answer("200 OK"))) as (url, got):
        outcome = handed(by_gateway(f"{url}/send"), NUMBER, words="{to} is a place")[NUMBER]
    head, _, body = got[0].decode().partition("\r\n\r\n")
    assert "Authorization: Key 1" in head and "Content-Type: application/json" in head
    assert json.loads(body) == {"to": NUMBER, "message": {"body": "{to} is a place"}, "ref": str(MESSAGE)}
    assert outcome == Outcome(NUMBER, Fate.ACCEPTED)


def test_a_gateway_may_want_a_form() -> None:
    with server(saying(answer("200 OK"))) as (url, got):
        handed(by_gateway(url, format="form", fields={"n": "{to}", "t": "{text}"}), NUMBER, words="Tea & milk")
    assert parse_qs(got[0].decode().partition("\r\n\r\n")[2]) == {"n": [NUMBER], "t": ["Tea & milk"]}


def test_no_gateway_of_a_private_network_is_spoken_to_unless_the_owners_own(settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    with server(saying(answer("200 OK"))) as (url, got):
        assert handed(by_gateway(url), NUMBER)[NUMBER] == Outcome(NUMBER, Fate.NOT_HANDED, "own_network")
    assert got == []


def test_after_a_window_without_an_answer_the_rest_stays_here() -> None:
    numbers = [f"+4479111{number:05}" for number in range(WINDOW + 3)]
    with server(saying()) as (url, got):
        outcomes = handed(by_gateway(url), *numbers)
    assert [outcomes[number].fate for number in numbers] == [Fate.UNKNOWN] * WINDOW + [Fate.NOT_HANDED] * 3
    assert len(got) == WINDOW


def test_what_is_no_number_or_one_of_a_story_is_refused_here() -> None:
    outcomes = handed(by_gateway("https://sms.test"), "07911 123456", "+447700900123")
    assert outcomes["07911 123456"].reply == "not a telephone number"
    assert outcomes["+447700900123"].reply == "a demo address"


def test_without_an_account_everything_is_kept() -> None:
    assert not carrier(None).leaves
    assert handed(by_gateway("https://sms.test"), "1").keys() == {"1"}


def test_the_signature_is_that_of_twilios_own_example() -> None:
    fields = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675309"],
        "Digits": ["1234"],
        "From": ["+14158675309"],
        "To": ["+18005551212"],
    }
    signed = twilio.signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
    assert signed == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
