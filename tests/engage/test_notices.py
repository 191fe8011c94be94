"""A colleague is told by mail of new words in their hands, and answers by mail: from their own address only."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from crm.business.actions import update_business
from crm.dialogue import reports
from crm.dialogue.actions import assign, reply, say
from crm.dialogue.actions.notices import ByMail, answer_by_mail, answer_tag, wish_notices
from crm.dialogue.models import AnswerDraft, Mail, Message, Notice, NoticeWish
from crm.dialogue.reports import Heard
from engage import notices, returns
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ada():
    ada = cast.ada()
    wish_notices(by=ada, wanted=True, at=NOON)
    return ada


@pytest.fixture(autouse=True)
def inbound(settings):
    settings.INBOUND_DOMAIN = "in.shop.example"


@pytest.fixture
def talk(alice, ada):
    talk = say(contact=alice, text="It arrived stale.", channel="site", at=NOON).conversation
    assign(conversation=talk, to=ada, by=ada, at=NOON)
    return talk


@pytest.fixture
def words(alice, talk):
    return say(contact=alice, text="And the second bag too.", channel="site", at=NOON)


def test_new_words_are_told_once_a_minute_later_with_an_address_to_answer_to(words, alice):
    say(contact=alice, text="All of it.", channel="site", at=NOON)
    assert notices.send(at=NOON) == 0
    assert (notices.send(at=NOON + MINUTE), notices.send(at=NOON + MINUTE)) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == ["ada@team.example"] and "All of it." in sent.body and "/inbox/" in sent.body
    assert re.fullmatch(r"answer\+[0-9a-f]{48}@in\.shop\.example", sent.reply_to[0])
    assert len(sent.reply_to[0].partition("@")[0]) <= 64


def test_nobody_is_told_of_what_was_answered_or_went_elsewhere_or_if_they_did_not_ask(words, talk, alice, ada):
    reply(conversation=talk, text="Two new bags.", by=ada, at=NOON, seen=words.pk)
    assert notices.send(at=NOON + MINUTE) == 0
    say(contact=alice, text="Thanks", channel="site", at=NOON)
    max_ = cast.max_()
    assign(conversation=talk, to=max_, by=ada, at=NOON)
    assert notices.send(at=NOON + MINUTE) == 0
    say(contact=alice, text="Hello?", channel="site", at=NOON)
    assert not Notice.objects.exists() and not mail.outbox


def test_the_demo_shop_writes_to_nobody(words):
    update_business(by="Olga", at=NOON, demo=True)
    assert notices.send(at=NOON + MINUTE) == 0 and not mail.outbox


def said(tag, sender="Ada@Team.example", text="Two new bags.", uid=None) -> ByMail:
    return answer_by_mail(sender=sender, tag=tag, text=text, uid=uid or uuid4(), at=NOON + MINUTE)


def test_what_a_colleague_answers_by_mail_is_our_answer_once(words, ada):
    uid = uuid4()
    assert said(answer_tag(ada, words).upper(), uid=uid) == said(answer_tag(ada, words), uid=uid) == ByMail.SENT
    sent = Message.objects.get(direction="out")
    assert (sent.text, sent.author, sent.contact) == ("Two new bags.", ada, words.contact)


def test_nobody_else_can_answer_with_that_address_and_no_other_address_of_ours_does(words, talk, ada, alice):
    max_ = cast.max_()
    tag = answer_tag(ada, words)
    assert said(tag, sender="alice@shop.example") == said(tag, sender="max@team.example") == ByMail.REFUSED
    assert said(answer_tag(max_, words)) == said("0" * 48) == said("") == said("é") == ByMail.REFUSED
    ada.is_active = False
    ada.save()
    assert said(tag) == ByMail.REFUSED
    assert not Message.objects.filter(direction="out").exists()


def arrives(words, ada, *, sender: str, text: str = "Two new bags.\n\n> And the second bag too.\n") -> None:
    to = f"answer+{answer_tag(ada, words)}@in.shop.example"
    raw = f"From: <{sender}>\nTo: {to}\nSubject: Re: Alice wrote\nMessage-ID: <{uuid4()}@x>\n\n{text}".encode()
    reports.accept([Heard("mail", NOON + MINUTE, detail={"to": [to], "source": "hook"}, raw=raw)])
    returns.run()


def test_a_mail_that_comes_in_at_that_address_is_sent_on_without_what_it_quotes(words, ada):
    arrives(words, ada, sender="ada@team.example")
    sent = Message.objects.get(direction="out")
    assert (sent.text, sent.author, sent.contact) == ("Two new bags.", ada, words.contact)
    assert Mail.objects.get().kind == "own"


@pytest.mark.parametrize("sender", ["alice@shop.example", "max@team.example", "eve@evil.example"])
def test_a_mail_of_anybody_else_at_that_address_says_nothing_and_stands_aside(words, ada, sender, client):
    before = Message.objects.count()
    arrives(words, ada, sender=sender)
    assert Message.objects.count() == before
    assert (Mail.objects.get().kind, Mail.objects.get().why) == ("unread", "no_colleague")
    client.force_login(ada)
    assert "not from that colleague" in client.get(reverse("mails_aside")).content.decode()


def test_an_answer_that_crosses_new_words_is_kept_and_not_sent(words, alice, ada):
    say(contact=alice, text="Never mind.", channel="site", at=NOON)
    assert said(answer_tag(ada, words)) == ByMail.MOVED
    assert AnswerDraft.objects.get().text == "Two new bags."
    assert not Message.objects.filter(direction="out").exists()


@pytest.mark.parametrize("text", ["", " \n", "\x00"])
def test_nothing_written_is_no_answer(words, ada, text):
    assert said(answer_tag(ada, words), text=text) == ByMail.EMPTY


@pytest.mark.parametrize("who", [cast.max_, cast.olga])
def test_each_has_a_switch_of_their_own(client, who):
    user = who()
    client.force_login(user)
    client.post(reverse("my_notices"), {"wanted": "1"})
    assert NoticeWish.objects.get().colleague == user
    assert "Switch it off" in client.get(reverse("my_notices")).content.decode()
    client.post(reverse("my_notices"))
    assert not NoticeWish.objects.exists()
    client.logout()
    assert "login" in client.get(reverse("my_notices")).url
