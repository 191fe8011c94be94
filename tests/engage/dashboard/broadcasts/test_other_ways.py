"""One-off messages that go by something else than mail."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.broadcasts import actions
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.preparing import problems
from campaigns.channels import contents
from campaigns.channels.actions import remove_account, set_account
from campaigns.designs.actions import create_design
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Identity, Topic
from crm.dialogue.models import Message
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.broadcasts.test_broadcast_pages import EVERYBODY, begun, draft, page_of, text_of

pytestmark = pytest.mark.django_db
SOON = {"when": "now", "clock": "business", "pace": "fast"}


@pytest.fixture(autouse=True)
def max_(client: Client) -> None:
    client.force_login(cast.max_())


@pytest.fixture
def news() -> Topic:
    return Topic.objects.create(key="news", label="Offers")


@pytest.fixture
def texts() -> None:
    set_account(
        channel="sms",
        provider="twilio",
        options={"sid": "AC1", "sender": "+15005550006"},
        secrets={"token": "secret"},
        price=Decimal("0.04"),
        currency="GBP",
        by="Olga",
        at=clock.now(),
    )


def written(client: Client, news: Topic, **said: str) -> Broadcast:
    """Through the first two steps."""
    client.post(
        reverse("new_broadcast"), {"name": "Tea", "topic": news.pk, "everybody": "on", "audience": "frozen"} | said
    )
    made = Broadcast.objects.get()
    client.post(
        reverse("broadcast_version", args=[made.uid, "a"]),
        {"subject": "Tea", "text": "Hello {{ contact.first_name }}."},
    )
    return made


def test_only_ways_that_are_set_up_are_offered(client: Client, news: Topic) -> None:
    assert "Text message" not in page_of(client, "new_broadcast")
    set_account(
        channel="sms", provider="gateway", options={"url": "https://texts.example/", "sender": "Shop"},
        secrets={"token": "secret"}, by="Olga", at=clock.now(),
    )  # fmt: skip
    assert "Text message" in page_of(client, "new_broadcast")
    said = {"name": "Tea", "topic": news.pk, "everybody": "on", "audience": "frozen"}
    assert client.post(reverse("new_broadcast"), said | {"channel": "pigeon"}).status_code == 400
    assert client.post(reverse("new_broadcast"), said | {"channel": "webhook"}).status_code == 400
    assert not Broadcast.objects.exists()


def test_a_text_message_is_written_as_words_with_its_length_and_price(client: Client, news: Topic, texts: None) -> None:
    made = written(client, news, channel="sms")
    assert made.channel == "sms"
    page = text_of(page_of(client, "broadcast_version", made.uid, "a"))
    assert "Take a design" not in page and "Add a picture" not in page and "a text message has none" in page
    assert "1 segment" in page and "It costs £0.04 for each person." in page
    shown = text_of(page_of(client, "broadcast_what", made.uid))
    assert "Hello Alice." in shown and "Answer STOP and we stop." in shown and "Send me a test" not in shown
    client.post(reverse("broadcast_when", args=[made.uid]), SOON)
    assert ", by: Text message: “Tea”" in text_of(page_of(client, "broadcast", made.uid)).replace("&quot;", '"')


def test_the_length_is_said_as_it_is_written_and_nothing_is_kept(client: Client, news: Topic, texts: None) -> None:
    made = written(client, news, channel="sms")
    url = reverse("broadcast_lengths", args=[made.uid])
    said = client.post(url, {"subject": "Tea", "text": "Long. " * 60}).content.decode()
    assert "segments" in said
    for broken in ({}, {"text": "{% if"}, {"text": "x" * 2_000_000}, {"text": "\0"}):
        assert client.post(url, broken).status_code == 200
    assert made.variants.get().design.contents["en"]["body"]["text"] == "Hello {{ contact.first_name }}."
    client.force_login(cast.ada())
    assert client.post(url, {}).status_code == 403


def test_it_goes_to_numbers_whose_people_agreed_to_text_messages(client: Client, news: Topic, texts: None) -> None:
    update_business(by="test", at=clock.now(), quiet_from="12:00", quiet_until="12:00")
    at = clock.now() - timedelta(days=1)
    alice, bob = cast.alice(), cast.bob()
    Identity.objects.create(contact=alice, recorded_for=alice, kind="phone", value="+447911123456", proof="import")
    record_consent(contact=alice, topic=news, channel="sms", state="granted", how="form", at=at)
    record_consent(contact=bob, topic=news, state="granted", how="form", at=at)
    made = begun(news, "Tea", channel="sms")
    rows = dict(Message.objects.filter(origin=made.origin).values_list("contact_id", "why"))
    assert rows[bob.pk] == "no_address" and rows[alice.pk] != "no_address"
    message = Message.objects.get(origin=made.origin, contact=alice)
    assert (message.channel, message.address) == ("sms", "+447911123456")
    skeleton = contents.load(message.content_id)
    assert not skeleton.html.order and "Answer STOP" in "".join(skeleton.text.statics)


def test_what_shows_no_design_takes_letters_of_a_bounded_length(news: Topic, texts: None) -> None:
    at = clock.now()
    blocks = create_design(kind="designed", name="Blocks", language="en", by="Max", at=at)
    made = actions.create_broadcast(
        name="Tea", channel="sms", rule=EVERYBODY, topic=news, designs=[blocks], by="Max", at=at
    )
    assert ("variants[0]", "Text message: it shows no design. Write a letter.") in said(made)
    long = draft(news, "Tea " * 60, channel="sms")
    design = long.variants.get().design
    design.contents["en"]["body"]["text"] = "Much. " * 600
    design.save()
    assert [message for field, message in said(long) if field == "variants[0].text"] == [
        "Text message: at most 1600 characters, with links and what stands below."
    ]


def test_a_way_that_was_taken_down_meanwhile_stands_in_its_way(client: Client, news: Topic, texts: None) -> None:
    made = written(client, news, channel="sms")
    remove_account(channel="sms", by="Olga", at=clock.now())
    assert "It cannot leave as a text message" in text_of(page_of(client, "broadcast", made.uid))
    assert "Text message" in page_of(client, "broadcast_whom", made.uid)
    client.post(reverse("start_broadcast", args=[made.uid]))
    assert Broadcast.objects.get().state == "draft"


def test_a_copy_and_a_reminder_go_the_same_way(news: Topic, texts: None) -> None:
    made = begun(news, "Tea", channel="sms")
    assert actions.copy_broadcast(made, by="Max", at=clock.now()).channel == "sms"
    assert actions.remind(made, days=3, by="Max", at=clock.now()).channel == "sms"


def said(broadcast: Broadcast) -> list[tuple[str, str]]:
    return [(one.field, one.message) for one in problems(broadcast, at=clock.now())]
