"""A text message from the queue to Twilio, and what people answer back."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_network
from urllib.parse import parse_qs

import pytest
from django.test import Client

from campaigns.channels import contents, port
from campaigns.channels.actions import set_account
from campaigns.channels.compile import compile_words
from campaigns.channels.sms import twilio
from campaigns.channels.sms.hearing import hear
from campaigns.guards.reasons import sentence
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import erase, record_consent
from crm.contacts.models import Consent, Contact, Identity, Suppression, Topic
from crm.dialogue.actions import Draft, queue, reply
from crm.dialogue.models import Conversation, Cost, Message
from engage import returns, speak
from engage.lib import belts, clock
from tests import cast
from tests.engage.lib.listening import saying, server

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)
NUMBER = "+447911123456"
TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(autouse=True)
def shop(settings, monkeypatch: pytest.MonkeyPatch):
    forget_cached()
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    update_business(by="Olga", at=MORNING, live=True, name="Shop", sender_email="shop@shop.test", weekly_cap=9)
    set_account(
        channel="sms",
        provider="twilio",
        options={"sid": "AC1", "sender": "+15005550006"},
        secrets={"token": "secret"},
        price=Decimal("0.04"),
        currency="GBP",
        by="Olga",
        at=MORNING,
    )
    yield
    forget_cached()


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch):
    with server(saying(TAKEN)) as (url, got):
        monkeypatch.setattr(twilio, "API", url)
        yield got


@pytest.fixture
def news() -> Topic:
    return Topic.objects.create(key="news", label="News")


@pytest.fixture
def alice(news: Topic) -> Contact:
    person = cast.alice()
    Identity.objects.create(contact=person, recorded_for=person, kind="phone", value=NUMBER, proof="import")
    record_consent(
        contact=person, topic=news, channel="sms", state="granted", how="form", at=MORNING - timedelta(days=9)
    )
    return person


def say(
    person: Contact, topic: Topic | None, body: str = "New tea: https://shop.test/tea", **fields: object
) -> Message:
    ending = port.channel("sms").ending(unsubscribable=True)
    content = contents.keep(compile_words("Tea", body, ending=ending))
    given = {"klass": "marketing", "origin": "x", "occurrence": "1", "content": content, "channel": "sms", **fields}
    draft = Draft(contact=person.pk, recorded_for=person.pk, topic=topic.pk if topic else None, **given)
    (pk,) = queue([draft], at=MORNING)
    speak.run()
    return Message.objects.get(pk=pk)


def body_of(request: bytes) -> str:
    return parse_qs(request.decode().partition("\r\n\r\n")[2])["Body"][0]


def test_it_says_what_it_costs_and_where_its_short_links_lead(
    alice: Contact, news: Topic, texts: list[bytes], client: Client
) -> None:
    message = say(alice, news)

    words = body_of(texts[0])
    click, you = re.findall(r"http\S+", words)
    assert words == f"New tea: {click}\n\n{you}\nAnswer STOP and we stop."
    assert len(click) - len(click.partition("/c/")[0]) == len("/c/") + 34
    path = click.partition("/c/")
    assert client.get(path[1] + path[2]).headers["Location"] == "https://shop.test/tea"
    led = client.get("/y/" + you.partition("/y/")[2])
    assert client.get(led.headers["Location"]).status_code == 200
    assert (message.state, message.address, message.header_id) == ("accepted", NUMBER, "")
    cost = Cost.objects.get(message=message)
    assert (cost.amount, cost.currency, cost.units) == (Decimal("0.04"), "GBP", 1)
    assert str(cost) == "0.04 GBP"


def test_permission_by_mail_is_none_for_text_messages(news: Topic, texts: list[bytes]) -> None:
    bob = cast.bob()
    record_consent(contact=bob, topic=news, state="granted", how="form", at=MORNING)
    nowhere = say(bob, news)
    Identity.objects.create(contact=bob, recorded_for=bob, kind="phone", value=NUMBER, proof="import")
    unasked = say(bob, news, occurrence="2")

    assert (nowhere.why, unasked.why) == ("no_address", "no_consent")
    assert sentence(state="withheld", why="no_address", detail=nowhere.detail) == "We have no telephone number."
    assert texts == []


@pytest.mark.parametrize("words", ["STOP", " stop. ", "Baja", "退订"])
def test_stop_is_obeyed(alice: Contact, news: Topic, texts: list[bytes], words: str) -> None:
    hear(number=NUMBER, words=words, unique="1", at=MORNING)
    stopped = say(alice, news, klass="transactional")

    assert (stopped.state, stopped.why, stopped.detail["reason"]) == ("withheld", "suppressed", "asked")
    last = Consent.objects.filter(contact=alice).latest("id")
    assert (last.channel, last.state, last.how, last.words) == ("sms", "withdrawn", "reply", words.strip())
    assert not Conversation.objects.exists()
    assert texts == []


def test_start_brings_back_what_stop_took_and_nothing_else(alice: Contact, news: Topic, texts: list[bytes]) -> None:
    other = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=other, channel="sms", state="withdrawn", how="link", at=MORNING)
    hear(number=NUMBER, words="stop", unique="1", at=MORNING)
    hear(number=NUMBER, words="Start", unique="2", at=MORNING + timedelta(seconds=1))

    assert not Suppression.objects.exists()
    states = {one.topic.key: one.state for one in Consent.objects.filter(contact=alice).order_by("at", "id")}
    assert states == {"news": "granted", "offers": "withdrawn"}


def test_an_answer_is_words_in_a_conversation_and_ours_goes_back_as_a_text_message(
    alice: Contact, news: Topic, texts: list[bytes]
) -> None:
    message = say(alice, news)
    for _twice in range(2):
        hear(number=NUMBER, words="Do you have oat milk?", unique="SM7", at=MORNING)

    conversation = Conversation.objects.get()
    (words,) = conversation.messages.all()
    assert (conversation.contact, conversation.channel, words.text) == (alice, "sms", "Do you have oat milk?")
    message.refresh_from_db()
    assert message.replied == MORNING
    reply(conversation=conversation, text="We do & it is fresh.", by=cast.ada(), at=MORNING, seen=words.pk)
    speak.run()
    assert body_of(texts[-1]) == "We do & it is fresh."


def test_a_number_that_nobody_proved_opens_nobodys_memory(alice: Contact, texts: list[bytes]) -> None:
    hear(number="+447911999999", words="Are you open?", unique="1", at=MORNING)

    conversation = Conversation.objects.get()
    assert conversation.contact != alice
    reply(conversation=conversation, text="Until six.", by=cast.ada(), at=MORNING, seen=conversation.messages.get().pk)
    speak.run()
    assert "To=%2B447911999999" in texts[0].decode()


def test_senders_without_a_number_are_left_out() -> None:
    hear(number="AMAZON", words="Your code is 1", unique="1", at=MORNING)
    assert not Conversation.objects.exists()


def test_who_is_erased_leaves_no_number_and_no_cost_behind_their_words(
    alice: Contact, news: Topic, texts: list[bytes]
) -> None:
    message = say(alice, news)
    erase(contact=alice, by="Olga", at=MORNING)

    message.refresh_from_db()
    assert message.address == ""
    assert Cost.objects.get(message=message).units == 1
    listed = Suppression.objects.get(channel="sms")
    assert (listed.address, listed.reason) == ("", "erased")


def signed(client: Client, path: str, fields: dict[str, str], token: str = "secret"):
    said = {name: [value] for name, value in fields.items()}
    signature = twilio.signature(token, f"https://shop.test{path}", said)
    return client.post(path, fields, headers={"X-Twilio-Signature": signature})


def test_twilio_is_believed_by_its_signature_alone(alice: Contact, client: Client, settings) -> None:
    settings.PUBLIC_URL = "https://shop.test"
    fields = {"From": NUMBER, "Body": "Hello", "MessageSid": "SM1"}
    path = "/hooks/sms/twilio/incoming/"

    assert signed(client, path, fields, token="guessed").status_code == 403
    assert client.post(path, fields).status_code == 403
    assert not Conversation.objects.exists()
    answer = signed(client, path, fields)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml")
    assert Conversation.objects.get().contact == alice


def test_a_gateway_is_believed_by_the_secret_in_its_address(alice: Contact, client: Client) -> None:
    set_account(
        channel="sms",
        provider="gateway",
        options={"url": "https://sms.test", "format": "json", "fields": {"to": "{to}", "text": "{text}"}},
        secrets={"hook": "s3cret"},
        by="Olga",
        at=MORNING,
    )
    said = {"from": NUMBER, "text": "Hello", "id": 7}
    here, wrong = "/hooks/sms/gateway/s3cret/", "/hooks/sms/gateway/guess/"

    assert client.post(wrong, said).status_code == 403
    for unreadable in ({"text": "x"}, {"from": NUMBER}, [1]):
        assert client.post(here, unreadable, content_type="application/json").status_code == 400
    assert client.post(here, b"{", content_type="application/json").status_code == 400
    assert client.post(here, said | {"id": "7"}).status_code == 204
    assert client.post(here, said | {"id": "7"}, content_type="application/json").status_code == 204
    assert Conversation.objects.get().messages.count() == 1


@pytest.mark.parametrize("guess", ["-", "None", "secret"])
def test_no_address_of_a_gateway_is_believed_where_twilio_carries(alice: Contact, client: Client, guess: str) -> None:
    said = {"from": NUMBER, "text": "STOP", "id": "7"}

    assert client.post(f"/hooks/sms/gateway/{guess}/", said).status_code == 403
    assert not Suppression.objects.exists()


def test_what_twilio_reports_is_what_became_of_it(
    alice: Contact, news: Topic, texts: list[bytes], client: Client, settings
) -> None:
    settings.PUBLIC_URL = "https://shop.test"
    message, other = say(alice, news), say(alice, news, occurrence="2")
    for one, fields in (
        (message, {"MessageStatus": "sent"}),
        (message, {"MessageStatus": "delivered"}),
        (other, {"MessageStatus": "undelivered", "ErrorCode": "30005"}),
    ):
        assert signed(client, f"/hooks/sms/twilio/status/{one.uid}/", fields).status_code == 204
    assert client.post(f"/hooks/sms/twilio/status/{other.uid}/", {"MessageStatus": "delivered"}).status_code == 403
    returns.run()

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, other.state) == ("delivered", "bounced")
    listed = Suppression.objects.get()
    assert (listed.channel, listed.address, listed.reason) == ("sms", NUMBER, "bounce")


def test_who_said_stop_and_whose_number_is_gone_has_still_said_stop(
    alice: Contact, news: Topic, texts: list[bytes], client: Client, settings
) -> None:
    settings.PUBLIC_URL = "https://shop.test"
    message = say(alice, news)
    hear(number=NUMBER, words="STOP", unique="1", at=MORNING)
    fields = {"MessageStatus": "undelivered", "ErrorCode": "30005"}
    assert signed(client, f"/hooks/sms/twilio/status/{message.uid}/", fields).status_code == 204
    returns.run()

    assert Suppression.objects.get().reason == "asked"


def test_a_gateway_may_report_too(alice: Contact, news: Topic, texts: list[bytes], client: Client) -> None:
    message = say(alice, news)
    set_account(channel="sms", provider="gateway", options={}, secrets={"hook": "s3cret"}, by="Olga", at=MORNING)
    here = "/hooks/sms/gateway/s3cret/"
    assert client.post(here, {"message": "x", "status": "delivered"}).status_code == 400
    assert client.post(here, {"message": str(message.uid), "status": "delivered"}).status_code == 204
    returns.run()

    message.refresh_from_db()
    assert message.state == "delivered"
