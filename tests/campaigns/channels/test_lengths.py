"""How long words get where that costs or is limited is said while they are written."""

from decimal import Decimal

import pytest

from campaigns.channels.actions import set_account
from campaigns.channels.lengths import lengths, too_long
from engage.lib import clock

pytestmark = pytest.mark.django_db


def said(channel: str, body: str, *, unsubscribable: bool = False) -> str:
    return " ".join(lengths([channel], title="Tea", body=body, unsubscribable=unsubscribable))


def test_a_text_message_is_counted_in_segments() -> None:
    assert said("sms", "a" * 160) == "As a text message: 1 segment; 0 more characters fit into it."
    assert said("sms", "a" * 161) == "As a text message: 2 segments; 145 more characters fit into the last."


def test_the_character_that_makes_it_dearer_is_named() -> None:
    assert "“茶” makes a segment 70 characters instead of 160." in said("sms", "Fresh 茶 today, and “more”")


def test_the_price_is_that_of_all_segments() -> None:
    terms = {"options": {}, "secrets": {"token": "x"}, "price": Decimal("0.04"), "currency": "GBP"}
    set_account(channel="sms", provider="twilio", by="Olga", at=clock.now(), **terms)
    assert "It costs £0.08 for each person." in said("sms", "a" * 161)


def test_names_links_and_the_line_below_count_as_they_will_be_sent() -> None:
    bare = said("sms", "Hello Alice")
    assert said("sms", "Hello {{ contact.first_name }}") == bare
    assert said("sms", "Hello {{ contact.first_name }}", unsubscribable=True) != bare
    long = said("sms", "See https://shop.example/" + "x" * 400)
    assert "1 segment" in long


def test_a_notification_says_what_is_shown_and_taken() -> None:
    assert said("webpush", "Hello") == "As a notification: 5 characters. Most systems show about 150; 1000 are taken."


def test_what_no_provider_would_take_is_said() -> None:
    assert "at most 1000 characters" in too_long("webpush", title="", body="a" * 1001, unsubscribable=True)
    assert too_long("webpush", title="", body="a" * 1000, unsubscribable=True) == ""
    assert "at most 1600 characters" in too_long("sms", title="", body="a" * 1601, unsubscribable=False)
    assert too_long("email", title="", body="a" * 9000, unsubscribable=True) == ""


@pytest.mark.parametrize("body", ["{{ contact.", "{% if %}", "<p {{", ""])
def test_what_cannot_be_rendered_yet_is_not_counted(body: str) -> None:
    assert said("sms", body) == ""
