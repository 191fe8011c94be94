"""The speaking belt: each message goes once, waits with a time or a condition, or is withheld for a reason."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.channels import contents, port
from campaigns.channels.email.carriers import carrier
from campaigns.guards.reasons import sentence
from crm.business.actions import update_business
from crm.contacts.actions import pause, record_consent, suppress
from crm.contacts.models import Contact, Topic
from crm.dialogue.actions import queue, say
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from engage import speak
from engage.lib import clock
from engage.lib.server_urls import mailer
from tests import cast
from tests.engage.speaking.messages import MORNING, draft, say_it

pytestmark = pytest.mark.django_db


def test_in_test_a_message_is_kept_in_the_outbox_and_never_called_sent(alice: Contact, news: Topic) -> None:
    message = say_it(alice, news)

    assert message.state == "kept"
    assert message.subject == "For Alice"
    assert message.settled == MORNING
    assert "Hello Alice." in contents.shown(message).text
    assert not Outbox.objects.exists()


def test_live_it_reaches_the_mail_server_with_its_own_id_and_one_click_unsubscribe(
    alice: Contact, news: Topic, smtp_sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_business(by="Olga", at=MORNING, live=True, name="Shop", sender_email="shop@shop.test")
    alice.identities.update(value="alice@customer.test")
    sink = carrier(mailer("EMAIL_URL", smtp_sink.url))
    monkeypatch.setattr(port.channel("email"), "carrier", lambda: sink)
    message = say_it(alice, news)
    sink.close()

    assert message.state == "accepted"
    (mail,) = smtp_sink.messages
    assert mail["Message-ID"] == message.header_id
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/u/" in mail["List-Unsubscribe"]
    assert mail["Subject"] == "For Alice"


def test_what_they_told_us_is_cited_softly_and_dropped_whole_when_nobody_told_us(alice: Contact, news: Topic) -> None:
    PreferenceKey.objects.create(key="milk", label="Milk", citable=True)
    said = Statement(
        contact=alice.pk,
        recorded_for=alice.pk,
        key="milk",
        value="oat milk",
        kind="stated",
        at=datetime(2026, 3, 2, tzinfo=UTC),
        source_kind="survey",
    )
    without = say_it(alice, news, occurrence="1")
    remember([said], at=MORNING)
    with_it = say_it(alice, news, occurrence="2")

    assert "With" not in contents.shown(without).text
    assert "With oat milk, as you mentioned in March." in contents.shown(with_it).text


def test_a_stale_or_muted_or_guessed_memory_is_never_cited(alice: Contact, news: Topic) -> None:
    update_business(by="Olga", at=MORNING, weekly_cap=9)
    key = PreferenceKey.objects.create(key="milk", label="Milk", citable=True, fresh_days=30)
    old = MORNING - timedelta(days=31)
    given = {"contact": alice.pk, "recorded_for": alice.pk, "key": "milk", "value": "oat", "source_kind": "survey"}
    remember([Statement(**given, kind="stated", at=old)], at=MORNING)
    assert "oat" not in contents.shown(say_it(alice, news, occurrence="stale")).text

    remember([Statement(**given, kind="stated", at=MORNING)], at=MORNING)
    assert "oat" in contents.shown(say_it(alice, news, occurrence="fresh")).text

    key.preferences.update(mention=False)
    assert "oat" not in contents.shown(say_it(alice, news, occurrence="muted")).text

    key.preferences.update(mention=True, kind="observed")
    assert "oat" not in contents.shown(say_it(alice, news, occurrence="noticed")).text


def test_the_same_occasion_is_queued_once(alice: Contact, news: Topic) -> None:
    first = queue([draft(alice, news)], at=MORNING)
    second = queue([draft(alice, news)], at=MORNING, owed=False)

    assert len(first) == 1
    assert second == []


def test_without_permission_marketing_is_withheld_and_a_receipt_goes(news: Topic) -> None:
    bob = cast.bob()

    marketing = say_it(bob, news)
    receipt = say_it(bob, klass="transactional", origin="order:1", subject="Thanks", text="Your order", content=None)

    assert (marketing.state, marketing.why) == ("withheld", "no_consent")
    assert sentence(state="withheld", why=marketing.why, detail=marketing.detail) == (
        "We have no permission to write about News."
    )
    assert receipt.state == "kept"


def test_who_unsubscribed_is_told_apart_from_who_never_agreed(alice: Contact, news: Topic) -> None:
    record_consent(contact=alice, topic=news, state="withdrawn", how="link", at=MORNING - timedelta(days=1))
    message = say_it(alice, news)

    assert message.why == "unsubscribed"
    assert "3 May" in sentence(state="withheld", why=message.why, detail=message.detail)


def test_an_address_on_the_do_not_write_list_gets_nothing_but_security_mail(alice: Contact, news: Topic) -> None:
    suppress(address="ALICE@shop.example", reason="bounce", by="belt", at=MORNING)

    assert say_it(alice, news).why == "suppressed"
    code = say_it(alice, klass="security", origin="code", subject="Code", text="123", content=None)
    assert code.state == "kept"


def test_while_they_talk_with_us_automation_waits_for_the_conversation(alice: Contact, news: Topic) -> None:
    say(contact=alice, text="Where is my order?", channel="site", at=MORNING)
    message = say_it(alice, news)

    assert (message.state, message.why, message.until) == ("waiting", "talking", None)
    assert Outbox.objects.get().message == message
    assert speak.run() == 0


def test_a_pause_holds_until_its_end_and_a_stop_withholds(alice: Contact, news: Topic) -> None:
    pause(contact=alice, until=MORNING + timedelta(days=2), by="customer", at=MORNING)
    assert say_it(alice, news).until == MORNING + timedelta(days=2)

    pause(contact=alice, until=None, by="customer", at=MORNING)
    assert say_it(alice, news, occurrence="2").state == "withheld"


def test_the_third_of_a_week_waits_until_the_first_is_a_week_old(alice: Contact, news: Topic) -> None:
    states = [say_it(alice, news, occurrence=str(n)) for n in range(3)]

    assert [message.state for message in states] == ["kept", "kept", "waiting"]
    assert states[2].until == MORNING + timedelta(days=7)


def test_the_limit_counts_within_one_chunk_too(alice: Contact, news: Topic) -> None:
    queue([draft(alice, news, occurrence=str(n)) for n in range(5)], at=MORNING)
    speak.run()

    assert Message.objects.filter(state="kept").count() == 2
    assert Message.objects.filter(state="waiting", why="weekly_cap").count() == 3


def test_quiet_hours_hold_what_we_start_and_not_what_answers_them(
    alice: Contact, news: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: night)

    held = say_it(alice, news)
    Contact.objects.filter(pk=alice.pk).update(last_seen=night - timedelta(minutes=5))
    answer = say_it(alice, news, occurrence="2")

    assert held.until == datetime(2026, 5, 5, 8, tzinfo=UTC)
    assert answer.state == "kept"


def test_the_ledger_adds_up_and_says_so_when_it_does_not(alice: Contact, news: Topic) -> None:
    bob = cast.bob()
    queue([draft(alice, news, occurrence=str(n)) for n in range(4)] + [draft(bob, news)], at=MORNING)
    speak.run()

    (line,) = sums()
    assert (line.due, line.waiting, line.sent, line.withheld, line.kept) == (5, 2, 2, 1, 2)
    assert line.adds_up

    Message.objects.filter(contact=bob).delete()
    assert not sums()[0].adds_up


@pytest.mark.parametrize("count", [2, 40])
def test_a_chunk_is_decided_in_a_constant_number_of_queries(count: int, news: Topic, django_assert_num_queries) -> None:
    people = [cast.contact(f"Person {n}", f"p{n}@shop.example") for n in range(count)]
    for person in people:
        record_consent(contact=person, topic=news, state="granted", how="form", at=MORNING)
    queue([draft(person, news) for person in people], at=MORNING)
    speak.step(speak.ALL_LANES)
    queue([draft(person, news, occurrence="2") for person in people], at=MORNING)
    with django_assert_num_queries(24):
        speak.step(speak.ALL_LANES)
    assert Message.objects.filter(state="kept").count() == 2 * count


def test_a_message_that_fails_our_program_fails_alone(alice: Contact, news: Topic, poison) -> None:
    update_business(by="Olga", at=MORNING, weekly_cap=99)
    queue([draft(alice, news, occurrence=str(n)) for n in range(5)], at=MORNING)
    queue([draft(alice, news, occurrence="poison", variables=poison)], at=MORNING)
    speak.run()

    assert Message.objects.filter(state="kept").count() == 5
    failed = Message.objects.get(state="failed")
    assert (failed.occurrence, failed.why, failed.detail) == ("poison", "fault", {"fault": "TypeError"})
    assert not Outbox.objects.exists()


def test_waiting_for_a_conversation_uses_up_no_attempts(alice: Contact, news: Topic) -> None:
    say(contact=alice, text="Where is my order?", channel="site", at=MORNING)
    message = say_it(alice, news)
    for _ in range(3):
        Outbox.objects.update(due=datetime(2020, 1, 1, tzinfo=UTC))
        speak.run()

    message.refresh_from_db()
    assert (message.state, Outbox.objects.get().attempts) == ("waiting", 0)
