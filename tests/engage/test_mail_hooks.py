"""What mail providers call: checked, kept by one INSERT, then answered; nothing unsigned is taken, nothing is a 500."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client

from campaigns.channels.email import hooks
from campaigns.channels.email.returned import addresses
from crm.business.actions import update_business
from crm.contacts.models import Contact, Suppression
from crm.dialogue import reports
from crm.dialogue.models import Message, Report
from engage import returns
from engage.lib import belts
from tests import cast
from tests.crm.dialogue.messages import ours

pytestmark = pytest.mark.django_db

ESP = Path(__file__).parents[2].parent / "shared/data/webhooks/esp"
SECRET = "hook:open sesame"
KEYS = {
    "WEBHOOK_SECRET": SECRET,
    "MAILERSEND_SIGNING_SECRET": "key",
    "MAILGUN_WEBHOOK_SIGNING_KEY": "key",
    "MANDRILL_WEBHOOK_KEY": "key",
    "UNISENDER_GO_API_KEY": "key",
}
BASIC = {"Authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"}


@pytest.fixture(autouse=True)
def configured(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANYMAIL = dict(KEYS)
    settings.INBOUND_DOMAIN = "in.shop.test"
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)


@pytest.fixture
def alice() -> Contact:
    return cast.alice()


@pytest.fixture
def sent(alice: Contact) -> Message:
    return ours(alice, address="alice@shop.example")


def postmark(message: UUID, kind: str = "Bounce", **fields: object) -> dict:
    told = {
        "RecordType": kind,
        "MessageID": "2706ee8a-737c-4285-b032-ccd317af53ed",
        "Metadata": {"engage_message": message.hex},
        "BouncedAt": "2026-05-04T12:00:00Z",
        "DeliveredAt": "2026-05-04T12:00:00Z",
        "Email": "somebody-else@shop.example",
    }
    return told | fields


def call(client: Client, body: object, *, path: str = "postmark/tracking", headers: dict | None = BASIC) -> int:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    answer = client.post(f"/hooks/email/{path}/", text, content_type="application/json", headers=headers or {})
    return answer.status_code


def work(message: Message) -> Message:
    returns.run()
    message.refresh_from_db()
    return message


def test_a_delivery_is_in_the_ledger(client, sent):
    assert call(client, postmark(sent.uid, "Delivery")) == 200
    assert work(sent).state == "delivered"


def test_a_hard_bounce_suppresses_the_address_that_the_message_went_to_and_no_other(client, sent):
    bounce = {"Type": "HardBounce", "TypeCode": 1, "Details": "smtp;550 5.1.1 User unknown"}
    assert call(client, postmark(sent.uid, **bounce)) == 200
    assert work(sent).state == "bounced"
    assert [row.address for row in Suppression.objects.all()] == ["alice@shop.example"]


def test_a_complaint_suppresses(client, sent):
    assert call(client, postmark(sent.uid, "SpamComplaint", Type="SpamComplaint", TypeCode=512)) == 200
    assert work(sent).complained
    assert Suppression.objects.get().reason == "complaint"


def test_an_event_that_names_nothing_but_an_address_changes_nothing(client, sent):
    body = postmark(sent.uid, Type="HardBounce", TypeCode=1, Email="alice@shop.example") | {"Metadata": {}}
    assert call(client, body) == 200
    assert work(sent).state == "accepted" and not Suppression.objects.exists()


@pytest.mark.parametrize("odd", ["\x00", "\ud800"])
def test_what_no_database_can_hold_is_no_reason_to_lose_a_report(client, sent, odd):
    bounce = {"Type": "HardBounce", "TypeCode": 1, "Details": f"smtp;550 5.1.1 User unknown {odd}"}
    assert call(client, postmark(sent.uid, **bounce)) == 200
    assert (work(sent).state, sent.detail["words"]) == ("bounced", "smtp;550 5.1.1 User unknown \ufffd")
    opened = postmark(sent.uid, "Click", OriginalLink=f"https://shop.example/{odd}", ReceivedAt="2026-05-04T12:00:00Z")
    assert call(client, opened) == 200
    named = postmark(sent.uid, "Delivery", MessageID=f"<{odd}@x>") | {"Metadata": {}}
    assert call(client, named) == 200
    returns.run()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 401), ({"Authorization": "Basic bm86bm8="}, 403), ({"Authorization": "junk"}, 403)]
)
def test_without_the_secret_nothing_is_taken(client, sent, headers, status):
    assert call(client, postmark(sent.uid, "Delivery"), headers=headers) == status
    assert not Report.objects.exists()


def test_where_no_secret_is_set_nothing_is_taken_from_anybody(client, sent, settings):
    settings.ANYMAIL = {}
    for path in ("postmark/tracking", "brevo/tracking", "amazon_ses/tracking", "sparkpost/tracking", "mailjet/inbound"):
        assert call(client, postmark(sent.uid, "Delivery"), path=path, headers={}) == 403
    for path in (
        "mailgun/tracking",
        "mailersend/tracking",
        "mandrill/tracking",
        "postal/tracking",
        "sendgrid/tracking",
    ):
        assert call(client, postmark(sent.uid, "Delivery"), path=path, headers={}) in {400, 403}
    assert not Report.objects.exists()


def mailgun(message: UUID, key: bytes, token: str = "t" * 50) -> dict:
    signature = hmac.new(key, f"1777896000{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": "delivered",
        "timestamp": 1777896000.0,
        "id": "x",
        "user-variables": {"engage_message": message.hex},
    }
    return {"signature": {"timestamp": "1777896000", "token": token, "signature": signature}, "event-data": data}


def test_a_signature_is_checked(client, sent):
    assert call(client, mailgun(sent.uid, b"another"), path="mailgun/tracking") == 403
    assert call(client, mailgun(sent.uid, b"key"), path="mailgun/tracking") == 200
    assert work(sent).state == "delivered"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b"[[[[", b'{"RecordType": 7}'])
def test_a_body_that_makes_no_sense_is_refused_and_never_a_fault(client, body):
    for path in (
        "postmark/tracking",
        "sendgrid/tracking",
        "amazon_ses/tracking",
        "postmark/inbound",
        "sparkpost/tracking",
    ):
        assert call(client, body, path=path) in {200, 400, 403, 406}
    assert not Report.objects.exists()


def test_unknown_providers_and_purposes_are_not_there(client):
    assert call(client, {}, path="nobody/tracking") == 404
    assert call(client, {}, path="postmark/other") == 404


def test_a_provider_that_looks_whether_somebody_is_here_finds_somebody(client):
    assert client.head("/hooks/email/mandrill/tracking/").status_code == 200
    assert client.put("/hooks/email/postmark/tracking/").status_code == 405


def test_a_call_that_is_too_large_is_refused_before_it_is_read(client, monkeypatch):
    monkeypatch.setattr(hooks, "MAX_BODY", 100)
    assert call(client, "x" * 101) == 413


def test_without_the_database_the_provider_comes_again(client, sent, monkeypatch):
    def away(heard):
        raise OperationalError

    monkeypatch.setattr(reports, "accept", away)
    assert call(client, postmark(sent.uid, "Delivery")) == 503


def test_a_call_with_many_events_is_kept_by_one_insert(client, sent, django_assert_num_queries):
    events = [
        {"event": "delivered", "timestamp": 1777896000, "engage_message": sent.uid.hex, "sg_event_id": str(number)}
        for number in range(300)
    ]
    with django_assert_num_queries(1):
        assert call(client, events, path="sendgrid/tracking") == 200
    assert Report.objects.count() == 300
    assert work(sent).state == "delivered"


def inbound(to: str, text: str = "Oat milk, please.") -> dict:
    return {
        "FromFull": {"Email": "alice@shop.example", "Name": "Alice"},
        "From": "alice@shop.example",
        "ToFull": [{"Email": to, "Name": ""}],
        "To": to,
        "OriginalRecipient": to,
        "Subject": "Re: Coffee",
        "TextBody": text,
        "Headers": [{"Name": "Message-ID", "Value": "<1@alice.example>"}],
        "Attachments": [],
    }


def test_an_answer_that_comes_in_over_a_provider_reaches_the_inbox(client, sent, alice):
    body = inbound(addresses.reply_to(sent.uid))
    assert call(client, body, path="postmark/inbound") == 200
    assert call(client, body, path="postmark/inbound") == 200
    work(sent)
    (words,) = Message.objects.filter(direction="in")
    assert words.text == "Oat milk, please." and words.contact_id == alice.pk


def test_an_answer_with_a_large_file_is_taken_too(client, sent):
    body = inbound(addresses.reply_to(sent.uid))
    content = base64.b64encode(b"x" * 4_000_000).decode()
    body["Attachments"] = [{"Name": "cup.jpg", "ContentType": "image/jpeg", "Content": content}]
    assert call(client, body, path="postmark/inbound") == 200
    work(sent)
    (file,) = Message.objects.get(direction="in").mail.attachments.all()
    assert (file.name, file.size) == ("cup.jpg", 4_000_000)


def test_mail_to_the_shops_own_address_reaches_the_inbox(client, alice):
    update_business(by="test", at=cast.NOON, sender_email="hello@shop.test")
    assert call(client, inbound("hello@shop.test"), path="postmark/inbound") == 200
    returns.run()
    assert Message.objects.get(direction="in").contact_id == alice.pk


def test_mail_for_nobody_here_is_refused_so_that_its_sender_hears_of_it(client, sent):
    for to in ("nobody@in.shop.test", f"reply+{sent.uid.hex}@in.shop.test", addresses.reply_to(sent.uid) + ".evil"):
        assert call(client, inbound(to), path="postmark/inbound") == 406
    assert not Report.objects.exists()


@pytest.mark.skipif(not ESP.exists(), reason="the real calls of ../shared/data are not here")
@pytest.mark.parametrize(
    "provider",
    ["brevo", "mailersend", "mailjet", "mailtrap", "postmark", "resend", "sendgrid", "sparkpost"],
)
def test_real_calls_of_providers_are_taken(client, provider):
    """They name messages of other systems: read, kept where they name a message at all, and of no consequence."""
    calls = json.loads((ESP / f"{provider}_webhooks.json").read_text())
    for each in calls:
        body = json.dumps(each["payload"]).encode()
        signature = {"Signature": hmac.new(b"key", body, hashlib.sha256).hexdigest()}
        status = call(client, body, path=f"{provider}/tracking", headers=BASIC | signature)
        assert status in {200, 400, 403}, each["test"]
        if not any(
            word in each["test"] for word in ("error", "misconfigured", "confirm", "invalid", "inbound", "conflict")
        ):
            assert status == 200, each["test"]
    returns.run()
    assert not Report.objects.exists() and not Suppression.objects.exists()
