"""Colleagues hear of what is due soon and of what is late: one mail each, once, whoever cannot sign in left out."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from crm.business.actions import update_business
from crm.business.models import User
from crm.dialogue.actions import assign, say
from engage import escalations
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ada() -> User:
    ada = cast.ada()
    for name in ("Ben", "Cleo"):
        cast.colleague(name, User.Role.AGENT)
    cast.olga()
    update_business(by="Olga", at=NOON, answer_within=4 * HOUR)
    return ada


@pytest.fixture
def talk(alice, ada):
    talk = say(contact=alice, text="It arrived stale.", channel="site", at=NOON).conversation
    assign(conversation=talk, to=ada, by=ada, at=NOON)
    return talk


def told() -> list[tuple[str, str]]:
    return sorted((one.to[0].partition("@")[0], one.subject) for one in mail.outbox)


def test_soon_whoever_has_it_in_hand_hears_and_late_the_owner_besides(talk):
    assert (escalations.send(at=NOON + HOUR), escalations.send(at=NOON + 3 * HOUR)) == (0, 1)
    assert told() == [("ada", "1 conversation is due soon")]
    assert (escalations.send(at=NOON + 4 * HOUR), escalations.send(at=NOON + 4 * HOUR)) == (2, 0)
    late = "1 conversation is late"
    assert told() == [("ada", "1 conversation is due soon"), ("ada", late), ("olga", late)]
    assert str(talk.uid) in mail.outbox[-1].body and "Alice Moreau" in mail.outbox[-1].body
    assert "stale" not in mail.outbox[-1].body


def test_the_colleague_whom_the_shop_named_hears_instead_of_the_owner(talk):
    update_business(by="Olga", at=NOON, escalate_to=User.objects.get(name="Ben"))
    escalations.send(at=NOON + 4 * HOUR)
    assert [who for who, _what in told()] == ["ada", "ben"]


def test_what_nobody_has_in_hand_or_somebody_who_left_is_told_to_the_owner(talk, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    cast.colleague("Dora", User.Role.AGENT)
    update_business(by="Olga", at=NOON)
    escalations.send(at=NOON + 3 * HOUR)
    assert [who for who, _what in told()] == ["olga"]


def test_many_are_one_mail_that_names_some(ada):
    for n in range(25):
        say(contact=cast.contact(f"Person{n} Lane"), text="Hello?", channel="site", at=NOON)
    assert escalations.send(at=NOON + 9 * HOUR) == 1
    (sent,) = mail.outbox
    assert sent.subject == "25 conversations are late" and sent.body.count("Lane") == escalations.MOST_NAMED


def test_a_demo_shop_writes_to_nobody_and_does_not_do_so_later(talk):
    update_business(by="Olga", at=NOON, demo=True)
    assert escalations.send(at=NOON + 4 * HOUR) == 0
    update_business(by="Olga", at=NOON, demo=False)
    assert escalations.send(at=NOON + 4 * HOUR) == 0 and mail.outbox == []


def test_a_mail_server_that_refuses_stops_nothing(talk, monkeypatch):
    def refuse(_mail: EmailMessage) -> int:
        raise OSError("no route")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    assert escalations.send(at=NOON + 4 * HOUR) == 2
