"""What is heard about what we said: the ledger knows it, addresses that take nothing get nothing, the sender stops
where servers refuse us, and nobody is blamed for what a stranger invents."""

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.channels import port
from campaigns.channels.email.carriers import carrier
from campaigns.channels.email.domain import warming
from campaigns.channels.email.returned import addresses
from campaigns.channels.models import WarmingDay
from crm.business.actions import update_business
from crm.contacts.actions import lift_suppression, record_consent, suppress
from crm.contacts.models import Consent, Contact, Suppression, Topic
from crm.dialogue import reports
from crm.dialogue.actions import Draft, queue, sender_stop, start_sender, work_off
from crm.dialogue.models import Conversation, Message, Report, Touch
from crm.dialogue.reports import Heard
from crm.events.models import DeadLetter
from engage import returns, speak
from engage.lib import belts, clock, tokens
from engage.lib.server_urls import mailer
from tests import cast
from tests.crm.dialogue.messages import ours

pytestmark = pytest.mark.django_db

HARD = {"bounce": "hard", "cause": "no_mailbox", "words": "550 5.1.1 no such user"}
SOFT = {"bounce": "soft", "cause": "full", "words": "552 5.2.2 mailbox full"}
DMARC = {"bounce": "block", "cause": "authentication", "words": "550 5.7.26 not authenticated"}
POLICY = {"bounce": "block", "cause": "policy", "words": "550 denied by policy"}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def drained(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    settings.INBOUND_DOMAIN = "in.shop.test"


@pytest.fixture
def alice() -> Contact:
    return cast.alice()


@pytest.fixture
def sent(alice: Contact) -> Message:
    return message_to(alice)


def message_to(person: Contact, **fields: object) -> Message:
    number = Message.objects.count()
    at = clock.now() - timedelta(days=9) + timedelta(hours=number)
    given = {"occurrence": str(number), "address": "alice@shop.example", "at": at, "settled": at} | fields
    return ours(person, **given)


def hear(message: Message, kind: str, detail: dict | None = None, *, at=None, **fields: object) -> None:
    """A report comes in and is worked."""
    reports.accept([Heard(kind, at or clock.now() - HOUR, message.uid, detail=detail or {}, **fields)])
    returns.run()
    assert not Report.objects.exists()
    message.refresh_from_db()


def hear_mail(to: str, text: str, *, sender: str = "alice@shop.example", headers: str = "") -> None:
    raw = f"From: Alice <{sender}>\nTo: {to}\nSubject: Re: Coffee\n{headers}\n{text}".encode()
    reports.accept([Heard("mail", clock.now(), detail={"to": [to]}, raw=raw)])
    returns.run()
    assert not Report.objects.exists()


def failure(status: str, words: str) -> tuple[str, str]:
    """Headers and body of a delivery report."""
    headers = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n'
    body = (
        "--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; alice@shop.example\nAction: failed\n"
        f"Status: {status}\nDiagnostic-Code: smtp; {words}\n\n--b--\n"
    )
    return headers, body


# The ledger


def test_a_message_that_arrived_says_when(sent):
    at = clock.now() - HOUR
    hear(sent, "delivered", at=at)
    assert (sent.state, sent.delivered) == ("delivered", at)


def test_a_message_that_came_back_says_why_in_words_of_the_server(sent):
    hear(sent, "bounced", HARD)
    assert (sent.state, sent.why, sent.detail) == ("bounced", "bounced", HARD)
    assert sent.bounced


def test_in_every_order_and_twice_the_end_is_the_same(alice):
    now = clock.now()
    heard = [("delivered", {}, 5), ("bounced", SOFT, 3), ("bounced", HARD, 2), ("complained", {}, 1)]
    ends = set()
    for order in permutations(heard):
        Suppression.objects.all().delete()
        message = message_to(alice)
        for kind, detail, hours in (*order, *order):
            hear(message, kind, detail, at=now - hours * HOUR)
        row = Suppression.objects.get()
        ends.add((message.state, message.delivered, message.bounced, str(message.detail), row.reason, row.until))
    assert len(ends) == 1


def test_what_never_left_is_not_changed_by_a_report_nor_is_anybody_blamed(alice):
    for state in ("queued", "kept", "withheld", "waiting"):
        message = message_to(alice, state=state)
        hear(message, "bounced", HARD)
        hear(message, "complained")
        assert message.state == state and not message.bounced
    assert not Suppression.objects.exists()


def test_a_report_of_a_message_that_nobody_knows_changes_nothing(sent):
    reports.accept([Heard("bounced", clock.now(), uuid4(), detail=HARD), Heard("bounced", clock.now(), detail=HARD)])
    returns.run()
    sent.refresh_from_db()
    assert sent.state == "accepted" and not Suppression.objects.exists() and not DeadLetter.objects.exists()


def test_a_clock_that_is_ahead_makes_no_news_of_the_future(sent):
    hear(sent, "delivered", at=clock.now() + timedelta(days=3))
    assert sent.delivered <= clock.now()


def test_a_report_may_name_a_message_by_its_message_id(alice):
    message = message_to(alice, header_id="<abc@shop.test>")
    reports.accept([Heard("delivered", clock.now(), header_id="<abc@shop.test>")])
    returns.run()
    message.refresh_from_db()
    assert message.state == "delivered"


def test_an_erased_message_keeps_no_word_of_the_server(alice):
    message = message_to(alice, address="")
    hear(message, "bounced", HARD)
    assert message.state == "bounced" and "words" not in message.detail
    assert not Suppression.objects.exists()


# The do-not-write list


def test_a_hard_bounce_and_a_complaint_put_the_address_on_the_list(alice):
    hear(message_to(alice), "bounced", HARD)
    hear(message_to(alice, address="alice@work.example"), "complained")
    assert sorted(Suppression.objects.values_list("address", "reason", "until")) == [
        ("alice@shop.example", "bounce", None),
        ("alice@work.example", "complaint", None),
    ]


def test_what_is_queued_for_the_address_is_withheld(alice, sent):
    (queued,) = queue(
        [Draft(alice.pk, alice.pk, klass="transactional", origin="receipt", occurrence="1", text="Thank you")],
        at=clock.now(),
    )
    hear(sent, "bounced", HARD)
    speak.run()
    message = Message.objects.get(pk=queued)
    assert (message.state, message.why) == ("withheld", "suppressed")


def test_once_the_owner_lifted_it_the_same_report_again_does_not_put_it_back(sent):
    hear(sent, "bounced", HARD)
    assert lift_suppression(address="alice@shop.example")
    hear(sent, "bounced", HARD)
    assert not Suppression.objects.exists()


def test_what_a_colleague_decided_is_not_changed_by_a_bounce(sent):
    suppress(address="alice@shop.example", reason="staff", by="Ada", at=clock.now())
    hear(sent, "bounced", HARD)
    assert Suppression.objects.get().reason == "staff"


def test_two_soft_bounces_suppress_nobody_and_three_in_a_row_do_for_a_while(alice):
    one, two, three = (message_to(alice) for _ in range(3))
    hear(one, "bounced", SOFT)
    hear(three, "bounced", SOFT)
    assert not Suppression.objects.exists()
    hear(two, "bounced", SOFT)
    row = Suppression.objects.get()
    assert row.reason == "soft" and row.until - clock.now() > timedelta(days=13)


def test_a_mail_that_arrived_in_between_breaks_the_row(alice):
    for detail in (SOFT, None, SOFT, SOFT):
        message = message_to(alice)
        hear(message, "bounced" if detail else "delivered", detail)
    assert not Suppression.objects.exists()


def test_after_a_while_the_address_is_written_to_again(alice):
    for _ in range(3):
        hear(message_to(alice), "bounced", SOFT)
    drafts = [
        Draft(alice.pk, alice.pk, klass="transactional", origin="receipt", occurrence=str(n), text="Thanks")
        for n in range(2)
    ]
    first, second = queue(drafts, at=clock.now())
    Message.objects.filter(pk=second).update(state="waiting")
    speak.run()
    assert Message.objects.get(pk=first).detail["until"]
    Suppression.objects.update(until=clock.now())
    queue(
        [Draft(alice.pk, alice.pk, klass="transactional", origin="receipt", occurrence="3", text="Hi")], at=clock.now()
    )
    speak.run()
    assert Message.objects.get(occurrence="3", origin="receipt").state == "kept"


# The sender


def test_a_refusal_of_the_whole_domain_stops_the_sender_and_blames_nobody(sent):
    hear(sent, "bounced", DMARC)
    assert sent.state == "bounced"
    assert sender_stop().cause == "authentication"
    assert not Suppression.objects.exists()


def test_a_single_receivers_policy_stops_nothing_and_blames_nobody(sent):
    hear(sent, "bounced", POLICY)
    assert sender_stop() is None and not Suppression.objects.exists()


def test_marketing_waits_while_the_sender_stands_still_and_receipts_go(alice, sent):
    hear(sent, "bounced", DMARC)
    topic = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=topic, state="granted", how="form", at=clock.now())
    update_business(by="Olga", at=clock.now(), quiet_from="00:00", quiet_until="00:00", weekly_cap=9)
    common = {"origin": "journey:y", "text": "Hello", "topic": topic.pk}
    offer, receipt = queue(
        [
            Draft(alice.pk, alice.pk, klass="marketing", occurrence="1", **common),
            Draft(alice.pk, alice.pk, klass="transactional", occurrence="2", **common),
        ],
        at=clock.now(),
    )
    speak.run()
    assert Message.objects.get(pk=offer).why == "sender_refused"
    assert Message.objects.get(pk=receipt).state == "kept"

    assert start_sender(by="Olga", at=clock.now())
    work_off(at=clock.now(), seconds=5)
    speak.run()
    assert Message.objects.get(pk=offer).state == "kept"


def test_what_went_out_before_it_was_mended_does_not_stop_the_sender_again(alice):
    early, late = message_to(alice), message_to(alice)
    hear(early, "bounced", DMARC)
    start_sender(by="Olga", at=clock.now())
    hear(late, "bounced", DMARC)
    assert sender_stop() is None
    hear(message_to(alice, settled=clock.now()), "bounced", DMARC)
    assert sender_stop() is not None


# Mails that come back


def test_a_mail_that_comes_back_to_its_own_address_is_known_and_suppressed(sent):
    headers, body = failure("5.1.1", "550 5.1.1 <alice@shop.example> User unknown")
    hear_mail(addresses.return_path(sent.uid), body, sender="mailer-daemon@mx.test", headers=headers)
    sent.refresh_from_db()
    assert sent.state == "bounced" and sent.detail["bounce"] == "hard"
    assert Suppression.objects.get().address == "alice@shop.example"


def test_a_server_that_says_what_no_database_can_hold_is_understood(sent):
    headers, body = failure("5.1.1", "550 5.1.1 User unknown \0")
    hear_mail(addresses.return_path(sent.uid), body, headers=headers)
    sent.refresh_from_db()
    assert (sent.state, sent.detail["bounce"]) == ("bounced", "hard")
    assert not DeadLetter.objects.exists()


def test_servers_that_change_the_case_of_an_address_are_understood(sent):
    headers, body = failure("5.2.2", "552 mailbox full")
    hear_mail(addresses.return_path(sent.uid).upper(), body, headers=headers)
    sent.refresh_from_db()
    assert sent.detail["bounce"] == "soft"


def test_a_forged_way_back_changes_nothing(sent):
    headers, body = failure("5.1.1", "550 User unknown")
    real = addresses.return_path(sent.uid)
    forged = [
        f"bounce+{sent.uid.hex}@in.shop.test",
        f"bounce+{sent.uid.hex}{'0' * 16}@in.shop.test",
        addresses.reply_to(sent.uid).replace("reply+", "bounce+"),
        real.replace("in.shop.test", "elsewhere.test"),
        "alice@shop.example",
    ]
    for address in forged:
        hear_mail(address, body, headers=headers)
    sent.refresh_from_db()
    assert sent.state == "accepted" and not Suppression.objects.exists() and not Conversation.objects.exists()


def test_a_complaint_is_known_by_the_signed_link_of_the_mail_that_it_holds(sent):
    link = f"https://shop.test/u/{tokens.sign('u', str(sent.uid))}"
    headers = 'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n'
    body = (
        "--b\nContent-Type: text/plain\n\nAn abuse report.\n--b\nContent-Type: message/feedback-report\n\n"
        "Feedback-Type: abuse\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\n"
        f"From: shop@shop.test\nList-Unsubscribe: <{link}>\nSubject: Coffee\n\nHello\n--b--\n"
    )
    hear_mail("fbl@in.shop.test", body, sender="fbl@provider.test", headers=headers)
    sent.refresh_from_db()
    assert sent.complained and Suppression.objects.get().reason == "complaint"


# What people answer


def test_an_answer_goes_to_the_conversation_once(sent, alice):
    for _ in range(2):
        hear_mail(addresses.reply_to(sent.uid), "Oat milk, please.", headers="Message-ID: <1@alice>\n")
    (words,) = Message.objects.filter(direction="in")
    assert (words.text, words.contact_id, words.channel) == ("Oat milk, please.", alice.pk, "email")
    sent.refresh_from_db()
    assert sent.replied


def test_an_answer_from_another_address_is_a_strangers(sent, alice):
    hear_mail(addresses.reply_to(sent.uid), "I am Alice.", sender="mallory@evil.test")
    words = Message.objects.get(direction="in")
    assert words.contact_id != alice.pk
    sent.refresh_from_db()
    assert not sent.replied


def test_a_name_that_no_database_can_hold_keeps_nobody_from_being_heard(sent):
    raw = f"From: Mal\0lory <mallory@evil.test>\nTo: {addresses.reply_to(sent.uid)}\n\nHello".encode()
    reports.accept([Heard("mail", clock.now(), detail={"to": [addresses.reply_to(sent.uid)]}, raw=raw)])
    returns.run()
    assert Message.objects.get(direction="in").text == "Hello"


def test_a_note_that_somebody_is_away_is_no_answer(sent):
    hear_mail(addresses.reply_to(sent.uid), "I am on holiday.", headers="Auto-Submitted: auto-replied\n")
    assert not Message.objects.filter(direction="in").exists()


# Unsubscribing at the provider's


def test_whoever_unsubscribes_at_their_providers_has_unsubscribed_from_its_topic(alice):
    offers, news = (Topic.objects.create(key=key, label=key) for key in ("offers", "news"))
    for topic in (offers, news):
        record_consent(contact=alice, topic=topic, state="granted", how="form", at=clock.now() - timedelta(days=9))
    message = message_to(alice, topic=offers)
    for _ in range(2):
        hear(message, "unsubscribed")
    assert list(Consent.objects.filter(state="withdrawn").values_list("topic", flat=True)) == [offers.pk]


def test_a_yes_that_was_said_later_stands(alice):
    offers = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=offers, state="granted", how="form", at=clock.now())
    hear(message_to(alice, topic=offers), "unsubscribed", at=clock.now() - HOUR)
    assert not Consent.objects.filter(state="withdrawn").exists()


# Opens and clicks


def test_a_click_of_a_person_counts_and_one_of_a_machine_is_kept_apart(alice):
    read, scanned = message_to(alice), message_to(alice)
    hear(read, "clicked", {"link": "0", "url": "https://shop.example/"})
    hear(scanned, "clicked", {"link": "0", "url": "https://shop.example/", "machine": "agent"})
    assert read.clicked and read.state == "delivered"
    assert not scanned.clicked and scanned.state == "accepted"
    assert list(Touch.objects.order_by("id").values_list("machine", flat=True)) == ["", "agent"]


def test_a_gateway_that_follows_every_link_counts_for_nothing_though_it_comes_in_pieces(sent):
    at = clock.now() - HOUR
    clicks = [Heard("clicked", at + timedelta(seconds=n), sent.uid, detail={"link": str(n)}) for n in range(4)]
    reports.accept(clicks)
    token, claimed = reports.claim(chunk=2)
    reports.release(token, seconds=0)
    returns.run()
    sent.refresh_from_db()
    assert not sent.clicked
    assert set(Touch.objects.values_list("machine", flat=True)) == {"burst"}


# The belt


def test_a_chunk_takes_a_constant_number_of_queries(alice):
    def heard(count: int) -> list[Heard]:
        messages = [message_to(alice) for _ in range(count)]
        kinds = [
            ("delivered", {}),
            ("bounced", HARD),
            ("bounced", SOFT),
            ("complained", {}),
            ("clicked", {"link": "0"}),
        ]
        return [
            Heard(kind, clock.now(), message.uid, detail=detail)
            for message, (kind, detail) in zip(messages, kinds * count, strict=False)
        ]

    counts = []
    for size in (5, 25):
        reports.accept(heard(size))
        with CaptureQueriesContext(connection) as queries:
            returns.step()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_one_report_that_cannot_be_worked_does_not_hold_the_others(sent, monkeypatch):
    broken = uuid4()
    reports.accept(
        [Heard("bounced", clock.now(), broken, detail={"bounce": "strange"}), Heard("delivered", clock.now(), sent.uid)]
    )
    real = returns.find_sent

    def find(heard):
        if any(one.message == broken for one in heard):
            raise ValueError("poison")
        return real(heard)

    monkeypatch.setattr(returns, "find_sent", find)
    returns.run()
    sent.refresh_from_db()
    assert sent.state == "delivered"
    assert DeadLetter.objects.get().source == "returns"


def test_a_belt_that_loses_the_database_works_the_report_again(sent, monkeypatch):
    reports.accept([Heard("delivered", clock.now(), sent.uid)])
    with monkeypatch.context() as patch:
        patch.setattr(returns, "find_sent", lambda heard: (_ for _ in ()).throw(belts.Passing()))
        patch.setattr(returns.connection, "close_if_unusable_or_obsolete", lambda: None)  # the test's own transaction
        returns.step()
    assert Report.objects.count() == 1
    Report.objects.update(due=clock.now())
    returns.run()
    sent.refresh_from_db()
    assert sent.state == "delivered"


# A domain that is warmed up


def test_a_new_domain_begins_with_few_a_day_and_the_rest_waits_for_its_turn(alice, monkeypatch, smtp_sink):
    topic = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=topic, state="granted", how="form", at=clock.now())
    alice.identities.update(value="alice@customer.test")
    now = clock.now()
    update_business(
        by="Olga", at=now, live=True, sender_email="shop@shop.test", warming_since=now, weekly_cap=50,
        quiet_from="00:00", quiet_until="00:00",
    )  # fmt: skip
    sink = carrier(mailer("EMAIL_URL", smtp_sink.url))
    monkeypatch.setattr(port.channel("email"), "carrier", lambda: sink)
    monkeypatch.setattr(warming, "FIRST", 2)
    drafts = [
        Draft(alice.pk, alice.pk, klass="marketing", topic=topic.pk, origin="j", occurrence=str(n), text="Hello")
        for n in range(4)
    ]
    receipt = Draft(alice.pk, alice.pk, klass="transactional", origin="r", occurrence="1", text="Thank you")
    queue([*drafts, receipt], at=now)
    speak.run()
    sink.close()

    states = sorted(Message.objects.filter(origin="j").values_list("state", "why"))
    assert states == [("accepted", ""), ("accepted", ""), ("waiting", "warming_up"), ("waiting", "warming_up")]
    assert Message.objects.get(origin="r").state == "accepted"
    until = Message.objects.filter(why="warming_up").first().until
    assert timedelta() < until - now <= timedelta(days=1)
    assert WarmingDay.objects.get().taken == 2


def test_each_day_lets_twice_as_many_go_until_there_is_no_limit():
    assert [warming.limit(day) for day in (0, 1, 2, 13, 14)] == [50, 100, 200, 409_600, None]
