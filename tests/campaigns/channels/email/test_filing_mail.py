"""A mail that comes in goes to the right conversation, as the words of whoever may say so, once; what a machine wrote
is nobody's words; what cannot be read stands where a colleague sees it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from campaigns.channels.email.received.filing import Arrival, file
from campaigns.channels.email.returned import addresses
from crm.business.actions import update_business
from crm.contacts.actions import erase, merge, record_consent, undo_merge
from crm.contacts.models import Consent, Contact, Topic
from crm.dialogue import reports
from crm.dialogue.actions import (
    answer_once_a_day,
    belongs,
    belongs_not,
    bring_in,
    close,
    may_answer_automatically,
    reply,
)
from crm.dialogue.models import Attachment, Conversation, Mail, Message
from crm.dialogue.reports import Heard
from engage import returns
from engage.lib import belts, clock
from tests import cast
from tests.crm.dialogue.messages import ours

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def inbound(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.INBOUND_DOMAIN = "in.shop.test"
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)


@pytest.fixture
def alice() -> Contact:
    return cast.alice()


@pytest.fixture
def newsletter(alice: Contact) -> Message:
    return ours(alice, address="alice@shop.example", header_id="<n1@shop.test>")


def written(text: str = "Oat milk, please.", *, sender: str = "alice@shop.example", **headers: str) -> bytes:
    given = {"From": f"Somebody <{sender}>", "To": "hello@shop.test", "Subject": "Coffee"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return ("".join(f"{name}: {value}\n" for name, value in given.items() if value) + f"\n{text}").encode()


def hear(raw: bytes, *to: str, at=None) -> None:
    reports.accept([Heard("mail", at or clock.now(), detail={"to": list(to), "source": "hello@shop.test"}, raw=raw)])
    returns.run()


def said() -> Message:
    return Message.objects.get(direction="in")


def answer_to(person: Contact) -> tuple[Conversation, Message]:
    """They wrote, and Ada answered."""
    hear(written(Message_ID="<first@alice>"))
    talk = Conversation.objects.get(contact=person)
    our = reply(conversation=talk, text="Gladly.", by=cast.ada(), at=clock.now(), seen=said().pk)
    Message.objects.filter(pk=our.pk).update(state="accepted", header_id="<a1@shop.test>", address="alice@shop.example")
    our.refresh_from_db()
    return talk, our


# Matching


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_is_known_by_the_message_id_that_it_names(alice, newsletter, header):
    hear(written(**{header: "<unknown@x> <n1@shop.test>"}))
    newsletter.refresh_from_db()
    assert newsletter.replied and said().detail["about"] == str(newsletter.uid)


def test_of_several_references_the_newest_counts(alice, newsletter):
    later = ours(alice, address="alice@shop.example", header_id="<n2@shop.test>", occurrence="2")
    hear(written(References="<n1@shop.test> <n2@shop.test>"))
    assert said().detail["about"] == str(later.uid)


def test_the_address_counts_more_than_what_the_mail_names(alice, newsletter):
    later = ours(alice, address="alice@shop.example", header_id="<n2@shop.test>", occurrence="2")
    hear(written(In_Reply_To="<n2@shop.test>"), addresses.reply_to(newsletter.uid))
    assert said().detail["about"] == str(newsletter.uid) != str(later.uid)


def test_answers_of_different_people_to_one_newsletter_share_no_conversation(alice, newsletter):
    bob = cast.bob()
    other = ours(bob, address="bob@shop.example", header_id="<n2@shop.test>", origin=newsletter.origin)
    hear(written(), addresses.reply_to(newsletter.uid))
    hear(written(sender="bob@shop.example"), addresses.reply_to(other.uid))
    hear(written("A third", sender="bob@shop.example"), addresses.reply_to(newsletter.uid))
    talks = {talk.contact_id: talk for talk in Conversation.objects.all()}
    assert set(talks) == {alice.pk, bob.pk}
    assert all(
        message.contact_id == message.conversation.contact_id for message in Message.objects.filter(direction="in")
    )


def test_a_forged_message_id_makes_nobody_speak_as_somebody_else(alice, newsletter):
    hear(written("I am Alice.", sender="mallory@evil.test", In_Reply_To="<n1@shop.test>"))
    newsletter.refresh_from_db()
    assert said().contact_id != alice.pk and not newsletter.replied
    assert said().mail.detail["answers"] == str(newsletter.uid)
    assert not Consent.objects.exists()


def test_the_same_mail_by_two_ways_is_there_once(alice, newsletter):
    raw = written(Message_ID="<1@alice>")
    hear(b"Received: by one\n" + raw, addresses.reply_to(newsletter.uid))
    hear(b"Received: by two\n" + raw)
    assert Mail.objects.count() == Message.objects.filter(direction="in").count() == 1


def test_another_mail_with_the_message_id_of_an_earlier_one_is_not_lost(alice):
    hear(written("One", Message_ID="<1@alice>"))
    hear(written("Two", Message_ID="<1@alice>", sender="mallory@evil.test"))
    assert {message.text for message in Message.objects.filter(direction="in")} == {"One", "Two"}


# Whose words they are


def test_a_mail_from_a_proved_address_is_its_owners_and_says_that_nothing_else_proves_it(alice):
    hear(written())
    assert said().contact_id == alice.pk and said().mail.detail["unproved"]


def test_a_mail_that_its_server_calls_forged_is_a_strangers(alice, newsletter):
    hear(written(Authentication_Results="mx.test; spf=fail; dmarc=fail"), addresses.reply_to(newsletter.uid))
    assert said().contact_id != alice.pk and said().mail.detail["forged"]


def test_an_unknown_sender_is_a_new_person_with_a_claim_and_no_permission():
    hear(written(sender="new@somewhere.test"))
    person = said().contact
    (identity,) = person.identities.all()
    assert (identity.value, identity.proof) == ("new@somewhere.test", "")
    assert said().conversation.subject == "Coffee" and not Consent.objects.exists()


def test_somebody_elses_answer_to_our_answer_stands_in_that_conversation_under_their_own_name(alice):
    talk, our = answer_to(alice)
    hear(written("I am her sister.", sender="sister@home.test"), addresses.reply_to(our.uid))
    words = Message.objects.get(direction="in", text="I am her sister.")
    assert words.conversation_id == talk.pk and words.contact_id != alice.pk
    talk.refresh_from_db()
    our.refresh_from_db()
    assert talk.state == "needs_answer" and our.replied is None


def test_somebody_elses_answer_after_the_end_opens_a_conversation_of_their_own(alice):
    talk, our = answer_to(alice)
    close(conversation=talk, by=cast.olga(), at=clock.now())
    hear(written("I am her sister.", sender="sister@home.test"), addresses.reply_to(our.uid))
    talk.refresh_from_db()
    assert talk.state == "done" and Conversation.objects.exclude(pk=talk.pk).get().contact_id != alice.pk


# What it may belong to


def test_the_same_subject_within_a_fortnight_is_offered_and_taken_and_taken_back(alice):
    talk, _ = answer_to(alice)
    close(conversation=talk, by=cast.olga(), at=clock.now())
    hear(written("And a biscuit.", Subject="RE: Fwd: coffee", Message_ID="<second@alice>"))
    mail = Mail.objects.get(header_id="<second@alice>")
    second = mail.message.conversation
    assert mail.suggested == talk and second != talk
    assert belongs(mail=mail, at=clock.now()) == talk
    second.refresh_from_db()
    talk.refresh_from_db()
    assert (second.state, talk.state) == ("done", "needs_answer")
    mail = Mail.objects.get(pk=mail.pk)
    assert mail.message.conversation == talk and mail.suggested is None
    assert belongs_not(mail=mail, at=clock.now()) == second
    assert Mail.objects.get(pk=mail.pk).suggested == talk


@pytest.mark.parametrize(("subject", "days"), [("Another matter", 1), ("Coffee", 15)])
def test_another_subject_or_an_older_conversation_is_not_offered(alice, subject, days):
    talk, _ = answer_to(alice)
    close(conversation=talk, by=cast.olga(), at=clock.now())
    hear(written("Hello again", Subject=subject, Message_ID="<2@alice>"), at=clock.now())
    old = clock.now() - days * DAY
    Conversation.objects.filter(pk=talk.pk).update(opened=old, last_customer=old, last_staff=old)
    Mail.objects.filter(header_id="<2@alice>").delete()
    Message.objects.filter(text="Hello again").delete()
    Conversation.objects.exclude(pk=talk.pk).delete()
    hear(written("Hello again", Subject=subject, Message_ID="<2@alice>"))
    assert Mail.objects.get(header_id="<2@alice>").suggested is None


def test_an_answer_in_a_conversation_that_is_done_is_offered_to_it(alice):
    talk, our = answer_to(alice)
    close(conversation=talk, by=cast.olga(), at=clock.now())
    hear(written("Once more", Subject="Thanks"), addresses.reply_to(our.uid))
    assert Mail.objects.get(subject="Thanks").suggested == talk


# Machines


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Subject": "Automatische Antwort: Kaffee"},
        {"Subject": "Respuesta automática: café"},
        {"Subject": "自动回复: 咖啡"},
        {"Subject": "Réponse automatique : café"},
        {"Subject": "Out of office: coffee"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@mx.test"},
        {"Subject": "=?utf-8?b?6Ieq5Yqo5Zue5aSN?="},
    ],
)
def test_what_a_machine_wrote_is_kept_and_opens_nothing(alice, newsletter, headers):
    hear(written("I am away.", **headers), addresses.reply_to(newsletter.uid))
    newsletter.refresh_from_db()
    assert not Conversation.objects.exists() and not Message.objects.filter(direction="in").exists()
    assert newsletter.replied is None
    if "Return_Path" not in headers and "From" not in headers:
        assert Mail.objects.get().kind == "automatic" and Mail.objects.get().contact_id == alice.pk


@pytest.mark.parametrize("header", [{"List_Id": "<l.test>"}, {"Precedence": "bulk"}, {"List_Unsubscribe": "<u>"}])
def test_what_was_sent_to_many_is_kept_apart_but_an_answer_through_a_list_is_an_answer(alice, newsletter, header):
    hear(written("News", **header))
    assert Mail.objects.get().kind == "list" and not Conversation.objects.exists()
    hear(written("Oat", **header), addresses.reply_to(newsletter.uid))
    assert said().text == "Oat"


def test_a_mail_of_our_own_that_comes_back_opens_nothing(alice):
    update_business(by="test", at=cast.NOON, sender_email="hello@shop.test")
    hear(written(sender="hello@shop.test"))
    assert Mail.objects.get().kind == "own" and not Conversation.objects.exists()


def test_a_person_who_writes_of_what_could_not_be_delivered_is_heard(alice):
    hear(written("Where is my parcel?", Subject="Undelivered: could not be delivered"))
    assert said().text == "Where is my parcel?"


def test_two_machines_that_face_each_other_fall_silent(alice):
    """The other one marks nothing: each of its mails looks like a person's."""
    now, answers = clock.now(), 0
    for number in range(20):
        hear(written(f"Thank you for your mail {number}"))
        mail = Mail.objects.order_by("-pk").first()
        answers += may_answer_automatically(mail=mail, at=now + number * timedelta(hours=1))
    assert answers == 1
    assert answer_once_a_day(address="ALICE@shop.example", at=now + DAY)


@pytest.mark.parametrize(
    "headers", [{"sender": "no-reply@x.test"}, {"List_Id": "<l.test>"}, {"Auto_Submitted": "auto-replied"}]
)
def test_no_machine_answers_lists_or_what_nobody_reads(headers):
    hear(written(**headers))
    assert not may_answer_automatically(mail=Mail.objects.get(), at=clock.now())


# Stop


@pytest.fixture
def permitted(alice: Contact) -> Contact:
    for key in ("offers", "news"):
        topic = Topic.objects.create(key=key, label=key)
        record_consent(contact=alice, topic=topic, state="granted", how="form", words="Yes", source="x", at=cast.NOON)
    return alice


def permissions(person: Contact) -> set[str]:
    latest = Consent.objects.filter(contact=person).order_by("topic_id", "-at", "-id").distinct("topic_id")
    return {consent.state for consent in latest}


@pytest.mark.parametrize(
    "text",
    ["STOP", "Stop.", "Please stop!", "unsubscribe", "Do not write to me.", "Don’t write to me any more",
     "darme de baja",

     "No me escriban más.", "退订",
     "请不要再给我发邮件。", "Abmelden", "Bitte keine Mails mehr!", "Ne m’écrivez plus.",

     "Stop\n\nSent from my iPhone", "Unsubscribe\n\nOn Mon, 4 May 2026, Shop <a@shop.test> wrote:\n> Offers"],
)  # fmt: skip
def test_a_mail_that_says_stop_and_nothing_else_is_obeyed_and_confirmed_once(permitted, newsletter, text):
    hear(written(text), addresses.reply_to(newsletter.uid))
    hear(written(text, Message_ID="<again@alice>"), addresses.reply_to(newsletter.uid))
    assert permissions(permitted) == {"withdrawn"}
    assert {mail.kind for mail in Mail.objects.all()} == {"stop"}
    (confirmation,) = Message.objects.filter(origin="stopped")
    assert confirmation.address == "alice@shop.example" and confirmation.klass == "security"
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "text", ["Please stop sending the blue cups, I only want red ones.", "When does the offer stop?", "I did not stop"]
)
def test_a_longer_text_is_never_guessed_to_be_a_stop(permitted, newsletter, text):
    hear(written(text), addresses.reply_to(newsletter.uid))
    assert permissions(permitted) == {"granted"} and said().text == text


def test_a_stranger_stops_nobody_without_a_message_of_theirs(permitted, newsletter):
    hear(written("stop", sender="mallory@evil.test", In_Reply_To="<n1@shop.test>"))
    assert permissions(permitted) == {"granted"}


def test_whoever_got_the_message_forwarded_stops_it_as_by_its_link(permitted, newsletter):
    hear(written("stop", sender="alias@home.test"), addresses.reply_to(newsletter.uid))
    assert permissions(permitted) == {"withdrawn"}
    assert Message.objects.get(origin="stopped").address == "alice@shop.example"


# Aside


def test_what_nobody_signed_stands_aside_with_all_that_came(alice):
    hear(b"Subject: ?\n\nHello")
    mail = Mail.objects.get()
    assert (mail.kind, mail.why, bytes(mail.raw)) == ("unread", "nobody", b"Subject: ?\n\nHello")
    message = bring_in(mail=mail, contact=alice, text=mail.text, by="Ada", at=clock.now())
    assert message.contact_id == alice.pk and Mail.objects.get().message == message


@pytest.mark.parametrize("broken", [RecursionError, KeyError, UnicodeError, TypeError])
def test_a_mail_that_breaks_the_reader_stands_aside_and_the_others_go_on(alice, monkeypatch, broken):
    read: Callable = __import__("campaigns.channels.email.received.letters", fromlist=["read"]).read

    def breaking(raw: bytes):
        if b"poison" in raw:
            raise broken
        return read(raw)

    monkeypatch.setattr("campaigns.channels.email.received.letters.read", breaking)
    file(Arrival(written("poison"), clock.now()))
    file(Arrival(written("Oat"), clock.now()))
    assert Mail.objects.get(kind="unread").why == "broken" and said().text == "Oat"


def test_deeply_nested_mail_stands_aside_or_is_read_and_never_stops_the_belt(alice):
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(2000))
    hear(f"From: alice@shop.example\n{nested}\nHello".encode())
    hear(written("Oat", Message_ID="<2@alice>"))
    assert Mail.objects.count() == 2 and Message.objects.filter(text="Oat").exists()


def test_a_mail_of_25_megabytes_is_kept_whole(alice):
    head = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nSee the film.\n--b\nContent-Type: video/mp4\n'
    film = "Content-Transfer-Encoding: base64\n\n" + ("A" * 76 + "\n") * (25 * 1024 * 1024 // 77)
    hear(written("").rstrip() + f"\n{head}{film}\n--b--\n".encode())
    assert said().text == "See the film."
    assert Attachment.objects.get().size > 18_000_000 and len(Mail.objects.get().raw) > 25_000_000


def test_what_is_quoted_is_kept_whole_and_not_shown(alice, newsletter):
    history = "> quoted words\n" * 70_000
    hear(written(f"Oat.\n\nOn Mon, 4 May 2026, Shop wrote:\n{history}"), addresses.reply_to(newsletter.uid))
    assert said().text == "Oat." and said().mail.text.count("quoted words") == 70_000


# Erasing and merging


def test_erased_means_erased_in_mails_too(alice, newsletter):
    hear(written(), addresses.reply_to(newsletter.uid))
    talk, our = Conversation.objects.get(), newsletter
    hear(written("I am her sister.", sender="sister@home.test"))
    erase(contact=alice, by="test", at=clock.now())
    assert {mail.sender for mail in Mail.objects.all()} == {"sister@home.test"}
    assert not Attachment.objects.exists() and not Conversation.objects.filter(pk=talk.pk).exists()
    assert our.pk


def test_what_was_on_its_way_when_they_were_erased_never_comes_in(alice, newsletter):
    came = clock.now()
    waiting = [
        Heard("mail", came, detail={"to": to, "source": "hello@shop.test"}, raw=written(words, sender=sender))
        for words, sender, to in [
            ("And oat milk.", "Alice@Shop.example", [addresses.reply_to(newsletter.uid)]),
            ("A new thing.", "alice@shop.example", []),
            ("I am her sister.", "sister@home.test", []),
        ]
    ]
    reports.accept(waiting)
    erase(contact=alice, by="test", at=clock.now())
    returns.run()
    assert [mail.sender for mail in Mail.objects.all()] == ["sister@home.test"]
    assert [message.text for message in Message.objects.filter(direction="in")] == ["I am her sister."]
    hear(written("May I come back?"))
    assert Message.objects.filter(direction="in").count() == 2, "who writes later is somebody new"


def test_a_mail_goes_with_its_words_even_where_it_names_nobody(alice):
    hear(written(sender="alice@shop.example"))
    Mail.objects.update(contact=None, recorded_for=None, sender="")
    erase(contact=alice, by="test", at=clock.now())
    assert not Mail.objects.exists()
    connection.check_constraints()


def test_what_somebody_else_said_in_an_erased_persons_conversation_stays_theirs(alice):
    _, our = answer_to(alice)
    hear(written("I am her sister.", sender="sister@home.test"), addresses.reply_to(our.uid))
    erase(contact=alice, by="test", at=clock.now())
    assert said().text == "I am her sister." and said().conversation is None


def test_mails_go_with_a_merge_and_come_back(alice):
    bob = cast.bob()
    hear(written(sender="bob@shop.example"))
    done = merge(survivor=alice, absorbed=bob, by="test", at=clock.now())
    assert Mail.objects.get().contact_id == alice.pk
    undo_merge(done, by="test", at=clock.now())
    assert Mail.objects.get().contact_id == bob.pk
