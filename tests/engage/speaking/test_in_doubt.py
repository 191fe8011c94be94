"""What a worker that died had in hand: it has gone, or is in doubt, and then goes again only as far as it may."""

import pytest

from campaigns.guards.reasons import sentence
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Topic
from crm.dialogue import outbox
from crm.dialogue.actions import queue, send_again
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox, SentAgain
from crm.dialogue.outbox import Settled
from engage import speak
from tests.engage.speaking.messages import MORNING, draft

pytestmark = pytest.mark.django_db


def test_a_message_interrupted_while_handed_over_is_unknown_and_not_sent_again(alice: Contact, news: Topic) -> None:
    (pk,) = queue([draft(alice, news)], at=MORNING)
    Outbox.objects.filter(message=pk).update(mark="handing", marked=MORNING)
    speak.run()

    message = Message.objects.get(pk=pk)
    assert (message.state, message.why) == ("unknown", "interrupted")
    assert not Outbox.objects.exists()


def interrupted(person: Contact, topic: Topic | None, times: int = 1, **fields: object) -> Message:
    """A message whose worker was killed while it was handed over."""
    (pk,) = queue([draft(person, topic, **fields)], at=MORNING)
    for _ in range(times):
        Outbox.objects.filter(message=pk).update(mark="handing", marked=MORNING)
        speak.step(speak.ALL_LANES)
    return Message.objects.get(pk=pk)


def test_a_receipt_that_may_have_gone_out_goes_once_more_by_itself_and_never_a_third_time(alice: Contact) -> None:
    receipt = {"klass": "transactional", "origin": "order:1", "subject": "Thanks", "text": "Ok"}
    once = interrupted(alice, None, **receipt)
    assert (once.state, once.why) == ("waiting", "sent_again")
    speak.run()
    once.refresh_from_db()
    assert (once.state, once.sent_again.count()) == ("kept", 1)

    twice = interrupted(alice, None, times=2, **receipt | {"origin": "order:2"})
    assert (twice.state, twice.why, twice.sent_again.count()) == ("unknown", "interrupted", 1)
    assert all(line.adds_up for line in sums())


def test_an_offer_that_may_have_gone_out_goes_once_more_only_by_a_persons_word(alice: Contact, news: Topic) -> None:
    offer = interrupted(alice, news)
    speak.run()
    offer.refresh_from_db()
    assert (offer.state, SentAgain.objects.count()) == ("unknown", 0)

    assert send_again([offer.pk], by="Olga", at=MORNING) == 1
    assert send_again([offer.pk], by="Olga", at=MORNING) == 0
    speak.run()
    offer.refresh_from_db()
    assert (offer.state, [again.by for again in offer.sent_again.all()]) == ("kept", ["Olga"])
    assert all(line.adds_up for line in sums())


def test_what_may_have_gone_out_and_does_not_go_again_is_never_called_not_sent(alice: Contact, news: Topic) -> None:
    offer = interrupted(alice, news)
    record_consent(contact=alice, topic=news, state="withdrawn", how="link", at=MORNING)
    send_again([offer.pk], by="Olga", at=MORNING)
    speak.run()
    offer.refresh_from_db()
    assert (offer.state, offer.why) == ("unknown", "unsubscribed")
    said = sentence(state=offer.state, why=offer.why, detail=offer.detail)
    assert said.startswith("It may have arrived. It did not go a second time: Unsubscribed from News")
    assert not Outbox.objects.exists()


def test_what_a_killed_worker_knew_to_have_arrived_is_sent_since_then(alice: Contact, news: Topic) -> None:
    (pk,) = queue([draft(alice, news)], at=MORNING)
    Outbox.objects.filter(message=pk).update(mark="accepted", marked=MORNING)
    speak.run()

    message = Message.objects.get(pk=pk)
    assert (message.state, message.settled) == ("accepted", MORNING)
    assert not Outbox.objects.exists()


def test_a_mail_that_came_back_before_the_ledger_heard_that_it_left_has_come_back(alice: Contact, news: Topic) -> None:
    (pk,) = queue([draft(alice, news)], at=MORNING)
    Message.objects.filter(pk=pk).update(state="bounced")
    outbox.settle([Settled(pk, "accepted")], at=MORNING)

    assert Message.objects.get(pk=pk).state == "bounced"
    assert not Outbox.objects.exists()
