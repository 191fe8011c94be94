"""While the shop is closed, and outside its hours, whoever writes reads when a person answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from crm.business.actions import add_holiday, close_shop, open_shop, update_business
from crm.contacts.models import Identity
from crm.dialogue.actions import keep_faq, say
from crm.dialogue.expecting import when_answered
from crm.dialogue.links import answered_path
from crm.dialogue.models import Conversation, Message
from engage.lib import clock
from tests.cast import NOON

HOUR = timedelta(hours=1)
MONDAY = date(2026, 5, 11)
UNTIL = "We are closed until Monday, 11 May, and answer from then on."


def closed(*, until: date = MONDAY, tells: bool = True, at: datetime = NOON) -> None:
    close_shop(until=until, tells=tells, by="Olga", at=at)


def told() -> list[Message]:
    return list(Message.objects.filter(direction="out", origin__startswith="closed:").order_by("id"))


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-05-04T12:00+00:00", ""),
        ("2026-05-04T06:00+00:00", "We are back today at 09:00, and answer from then on."),
        ("2026-05-04T20:00+00:00", "We are back on Tuesday, 5 May at 09:00, and answer from then on."),
        ("2026-05-08T23:30+00:00", "We are back on Monday, 11 May at 09:00, and answer from then on."),
    ],
)
def test_outside_the_hours_it_says_when_somebody_is_back(at, says):
    expected = when_answered(datetime.fromisoformat(at))
    assert (expected.text, expected.here, expected.closed) == (says, not says, False)


def test_a_holiday_is_passed_over():
    add_holiday(day=date(2026, 5, 5), name="Early May", yearly=False, by="Olga", at=NOON)
    assert "Wednesday, 6 May at 09:00" in when_answered(NOON + 8 * HOUR).text


def test_closed_it_says_until_the_day_on_which_somebody_answers():
    closed()
    assert when_answered(NOON + HOUR).text == UNTIL
    assert when_answered(datetime(2026, 5, 11, 9, tzinfo=UTC)).here


def test_closed_until_a_sunday_it_says_the_monday_on_which_it_opens():
    closed(until=date(2026, 5, 10))
    assert when_answered(NOON + HOUR).text == UNTIL


def test_opened_again_it_says_nothing():
    closed()
    open_shop(by="Olga", at=NOON + HOUR)
    assert when_answered(NOON + 2 * HOUR).text == ""


def test_closed_again_another_day_counts_and_it_was_closed_all_along():
    closed()
    closed(until=date(2026, 5, 18), at=NOON + 30 * HOUR)
    assert when_answered(NOON + HOUR).text == UNTIL.replace("11 May", "18 May")
    closed(until=date(2026, 6, 1), at=NOON + timedelta(days=15))
    assert when_answered(NOON + HOUR).here


def test_who_writes_meanwhile_is_told_once_the_way_their_words_came_and_still_waits_for_us(alice):
    closed()
    say(contact=alice, text="Where is my parcel?", channel="email", subject="Parcel", at=NOON + HOUR)
    say(contact=alice, text="Hello?", channel="email", at=NOON + 40 * HOUR)
    (message,) = told()
    assert (message.channel, message.address, message.author) == ("email", "alice@shop.example", None)
    assert UNTIL in message.text and message.subject == "Re: Parcel"
    talk = Conversation.objects.get()
    assert (talk.state, talk.last_staff) == ("needs_answer", None)


def test_of_another_closing_they_are_told_again(alice):
    closed()
    say(contact=alice, text="Hello?", channel="email", at=NOON + HOUR)
    closed(until=date(2026, 5, 18), at=NOON + 30 * HOUR)
    say(contact=alice, text="Hello?", channel="email", at=NOON + 40 * HOUR)
    assert len(told()) == 2


def test_nobody_is_written_to_where_the_owner_does_not_wish_it_or_the_shop_is_only_asleep(alice):
    say(contact=alice, text="Hello?", channel="email", at=NOON + 9 * HOUR)
    closed(tells=False, at=NOON + 10 * HOUR)
    say(contact=alice, text="Hello?", channel="email", at=NOON + 11 * HOUR)
    assert told() == []


@pytest.mark.parametrize("channel", ["site", "chat", "counter"])
def test_who_stands_before_us_or_reads_it_on_the_page_is_not_written_to(alice, channel):
    closed()
    say(contact=alice, text="Hello?", channel=channel, at=NOON + HOUR)
    assert told() == []


def test_an_address_that_nothing_proves_hears_nothing(alice):
    Identity.objects.update(proof="")
    closed()
    say(contact=alice, text="Hello?", channel="email", at=NOON + HOUR)
    assert told() == []


def test_an_answer_that_goes_by_itself_says_so_and_is_the_only_one(alice):
    update_business(by="Olga", at=NOON, answers_by_itself=True)
    keep_faq(None, language="en", question="Opening hours", answer="9 to 18.", automatic=True, by="Olga", at=NOON)
    closed()
    say(contact=alice, text="What are your opening hours?", channel="email", at=NOON + HOUR)
    (message,) = Message.objects.filter(direction="out")
    assert "9 to 18." in message.text and message.text.endswith(UNTIL)


def test_after_that_word_nothing_answers_by_itself(alice):
    update_business(by="Olga", at=NOON, answers_by_itself=True)
    closed()
    say(contact=alice, text="Hello?", channel="email", at=NOON + HOUR)
    keep_faq(None, language="en", question="Opening hours", answer="9 to 18.", automatic=True, by="Olga", at=NOON)
    say(contact=alice, text="What are your opening hours?", channel="email", at=NOON + 40 * HOUR)
    assert Message.objects.filter(direction="out").count() == 1


def test_the_pages_for_writing_to_us_say_so(client, alice):
    now = clock.now()
    closed(until=now.date() + timedelta(days=30), at=now)
    talk = say(contact=alice, text="Hello?", channel="site", at=now).conversation
    entry = keep_faq(None, language="en", question="Opening hours", answer="9 to 18.", automatic=True, by="", at=now)
    assert "We are closed until" in client.get(reverse("talk")).content.decode()
    said = {"name": "Bo", "email": "bo@shop.example", "text": "Hello?", "once": "0198c0de-0000-7000-8000-000000000001"}
    assert "We are closed until" in client.post(reverse("talk"), said).content.decode()
    person = client.post(answered_path(talk.uid, entry.uid), {"person": ""}).content.decode()
    assert "A person answers you" in person and "We are closed until" in person
