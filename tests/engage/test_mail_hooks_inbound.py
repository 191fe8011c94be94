"""Mail that comes in over providers, in the shape that each of them documents: it reaches the inbox as the words of
whoever wrote it, with its files, once."""

import base64
import json

import pytest
from anymail.webhooks import amazon_ses
from django.test import Client

from campaigns.channels.email.returned import addresses
from crm.contacts.models import Contact
from crm.dialogue.models import Message, Report
from engage import returns
from engage.lib import belts
from tests import cast
from tests.crm.dialogue.messages import ours

pytestmark = pytest.mark.django_db

SECRET = "hook:open sesame"
AUTHORIZATION = f"Basic {base64.b64encode(SECRET.encode()).decode()}"
WORDS = "Oat milk, please."
QUOTED = f"{WORDS}\r\n\r\nOn Mon, 4 May 2026, Shop wrote:\r\n> What do you take?\r\n"
FILE = base64.b64encode(b"\x89PNG picture").decode()
SNS = {"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": "8f6dee70"}


@pytest.fixture(autouse=True)
def configured(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "BREVO_API_KEY": "key"}
    settings.INBOUND_DOMAIN = "in.shop.test"
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    # Owners of Amazon SES install boto3 themselves.
    monkeypatch.setattr(amazon_ses, "_get_anymail_boto3_params", lambda kwargs: ({}, {}))


@pytest.fixture
def alice() -> Contact:
    return cast.alice()


@pytest.fixture
def to(alice: Contact) -> str:
    """The address that Alice's message gives for answers."""
    return addresses.reply_to(ours(alice, address="alice@shop.example").uid)


def amazon(to: str) -> dict:
    """https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-examples.html, with an SNS action."""
    mime = (
        f"From: Alice <alice@shop.example>\r\nTo: {to}\r\nSubject: Re: Coffee\r\nMessage-ID: <1@alice>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{QUOTED}\r\n"
        '--b\r\nContent-Type: image/png; name="cup.png"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="cup.png"\r\n\r\n{FILE}\r\n--b--\r\n'
    )
    received = {
        "notificationType": "Received",
        "mail": {
            "timestamp": "2026-05-04T12:00:00.000Z",
            "source": "alice@shop.example",
            "messageId": "d6iitobk75ur44p8kdnnp7g2n800",
            "destination": [to],
        },
        "receipt": {
            "timestamp": "2026-05-04T12:00:00.000Z",
            "recipients": [to],
            "spamVerdict": {"status": "PASS"},
            "virusVerdict": {"status": "PASS"},
            "action": {"type": "SNS", "topicArn": "arn:aws:sns:eu-west-1:1:Inbound", "encoding": "BASE64"},
        },
        "content": base64.b64encode(mime.encode()).decode(),
    }
    head = {"Type": "Notification", "MessageId": "8f6dee70", "TopicArn": "arn:aws:sns:eu-west-1:1:Inbound"}
    return head | {"Message": json.dumps(received), "Timestamp": "2026-05-04T12:00:01.000Z"}


def brevo(to: str) -> dict:
    """https://developers.brevo.com/docs/inbound-parse-webhooks; files are fetched from Brevo, so here is none."""
    headers = {
        "Received": ["by outbound.example.com for ...", "from [10.10.1.22] by smtp.example.com ..."],
        "MIME-Version": "1.0",
        "From": "Alice <alice@shop.example>",
        "Date": "Mon, 04 May 2026 12:00:00 +0000",
        "Message-ID": "<1@alice>",
        "Subject": "Re: Coffee",
        "To": to,
        "Content-Type": "multipart/alternative",
        "Return-Path": "<alice@shop.example>",
        "Delivered-To": to,
    }
    item = {
        "Uuid": ["aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"],
        "MessageId": "<1@alice>",
        "InReplyTo": None,
        "From": {"Name": "Alice", "Address": "alice@shop.example"},
        "To": [{"Name": None, "Address": to}],
        "SentAtDate": "Mon, 04 May 2026 12:00:00 +0000",
        "Subject": "Re: Coffee",
        "Attachments": [],
        "Headers": headers,
        "SpamScore": 0.9,
        "ExtractedMarkdownMessage": WORDS,
        "RawHtmlBody": None,
        "RawTextBody": QUOTED,
    }
    return {"items": [item]}


def mailjet(to: str) -> dict:
    """https://dev.mailjet.com/email/guides/parse-api/."""
    return {
        "Sender": "alice@shop.example",
        "Recipient": to,
        "Date": "20260504T120000",
        "From": "Alice <alice@shop.example>",
        "Subject": "Re: Coffee",
        "Headers": {
            "Return-Path": ["<alice@shop.example>"],
            "MIME-Version": ["1.0"],
            "From": "Alice <alice@shop.example>",
            "Date": "Mon, 04 May 2026 12:00:00 +0000",
            "Message-ID": "<1@alice>",
            "Subject": "Re: Coffee",
            "To": to,
            "Content-Type": ['multipart/mixed; boundary="b"'],
        },
        "Parts": [
            {"Headers": {"Content-Type": ['text/plain; charset="UTF-8"']}, "ContentRef": "Text-part"},
            {
                "Headers": {
                    "Content-Type": ['image/png; name="cup.png"'],
                    "Content-Disposition": ['attachment; filename="cup.png"'],
                    "Content-Transfer-Encoding": ["base64"],
                },
                "ContentRef": "Attachment1",
            },
        ],
        "Text-part": QUOTED,
        "Attachment1": FILE,
        "SpamAssassinScore": "0.7",
    }


def postmark(to: str) -> dict:
    """https://postmarkapp.com/developer/webhooks/inbound-webhook."""
    return {
        "FromName": "Alice",
        "MessageStream": "inbound",
        "From": "alice@shop.example",
        "FromFull": {"Email": "alice@shop.example", "Name": "Alice", "MailboxHash": ""},
        "To": to,
        "ToFull": [{"Email": to, "Name": "", "MailboxHash": to.partition("+")[2].partition("@")[0]}],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": to,
        "Subject": "Re: Coffee",
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": "Mon, 04 May 2026 12:00:00 +0000",
        "TextBody": QUOTED,
        "HtmlBody": "",
        "StrippedTextReply": WORDS,
        "Tag": "",
        "Headers": [
            {"Name": "Return-Path", "Value": "<alice@shop.example>"},
            {"Name": "Message-ID", "Value": "<1@alice>"},
            {"Name": "X-Spam-Status", "Value": "No"},
        ],
        "Attachments": [
            {"Name": "cup.png", "Content": FILE, "ContentType": "image/png", "ContentLength": 12, "ContentID": ""}
        ],
    }


CALLS = {"amazon_ses": amazon, "brevo": brevo, "mailjet": mailjet, "postmark": postmark}


def call(client: Client, provider: str, body: dict, *, authorization: str = AUTHORIZATION) -> int:
    headers = {"Authorization": authorization} if authorization else {}
    headers |= SNS if provider == "amazon_ses" else {}
    path = f"/hooks/email/{provider}/inbound/"
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers).status_code


@pytest.mark.parametrize("provider", CALLS)
def test_an_answer_reaches_the_inbox_once_without_what_it_quotes(client, alice, to, provider):
    body = CALLS[provider](to)
    assert [call(client, provider, body) for _ in range(2)] == [200, 200]
    returns.run()
    words = Message.objects.get(direction="in")
    assert (words.text, words.contact_id) == (WORDS, alice.pk)
    files = {(file.name, file.size) for file in words.mail.attachments.all()}
    assert files == (set() if provider == "brevo" else {("cup.png", 12)})


@pytest.mark.parametrize("provider", CALLS)
def test_mail_for_nobody_here_is_refused(client, to, provider):
    assert call(client, provider, CALLS[provider]("nobody@in.shop.test")) == 406
    assert not Report.objects.exists()


@pytest.mark.parametrize(("authorization", "status"), [("", 401), ("Basic bm86bm8=", 403)])
@pytest.mark.parametrize("provider", CALLS)
def test_without_the_password_nothing_is_taken(client, to, provider, authorization, status):
    assert call(client, provider, CALLS[provider](to), authorization=authorization) == status
    assert not Report.objects.exists()


def test_who_is_asked_for_a_password_is_told_how_to_give_it(client, to):
    """Amazon sends it only after that."""
    path = "/hooks/email/amazon_ses/inbound/"
    answer = client.post(path, json.dumps(amazon(to)), content_type="application/json", headers=SNS)
    assert answer["WWW-Authenticate"].startswith("Basic ")


def test_a_topic_whose_head_and_body_differ_is_refused(client, to):
    assert call(client, "amazon_ses", amazon(to) | {"MessageId": "another"}) == 403
    assert not Report.objects.exists()
