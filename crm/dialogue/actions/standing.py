"""Where a conversation stands: done, put off, taken up again, in whose hands."""

from datetime import datetime

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue.actions.conversation import STREAM, derive_about, stand
from crm.dialogue.actions.holding import release_held
from crm.dialogue.models import Conversation, Message
from crm.dialogue.queries import lines
from engage.lib import live
from engage.lib.patience import patient

State = Conversation.State


@patient
def close(*, conversation: Conversation, by: User, at: datetime) -> None:
    """Done: what was held because of it is released. Nothing happens to a conversation that is closed already."""
    _close(conversation, at, "done")


@patient
def nothing_to_answer(*, conversation: Conversation, by: User, at: datetime) -> None:
    """Closed without an answer, as a mere thank-you is."""
    _close(conversation, at, "nothing_to_answer")


@patient
def snooze(*, conversation: Conversation, until: datetime, by: User, at: datetime) -> None:
    """Later: it comes back to those who need an answer at `until`, and holds all the while."""
    with transaction.atomic():
        fresh = _held(conversation)
        if fresh.state != State.DONE:
            stand(fresh, State.LATER, snoozed_until=until)


@patient
def reopen(*, conversation: Conversation, by: User, at: datetime) -> None:
    """Back among the open ones: whoever spoke last decides whether an answer is owed."""
    with transaction.atomic():
        fresh = _held(conversation)
        stand(fresh, _owed(fresh), closed=None, snoozed_until=None)


@patient
def assign(*, conversation: Conversation, to: User | None, by: User, at: datetime) -> None:
    """Into a colleague's hands, or into nobody's."""
    with transaction.atomic():
        fresh = _held(conversation)
        stand(fresh, fresh.state, assignee=to)


@patient
def unsay(*, message: Message, by: User, at: datetime) -> bool:
    """A colleague wrote these words down by mistake a moment ago: they were never said. False, and nothing happens,
    where somebody has gone on from there.

    A conversation without any words is gone too, and what was held because of it is released.
    """
    with transaction.atomic():
        hold(contacts=[message.contact_id])
        fresh = Message.objects.select_related("conversation").filter(pk=message.pk).first()
        conversation = fresh.conversation if fresh else None
        if fresh is None or conversation is None or lines(conversation).filter(pk__gt=fresh.pk).exists():
            return False
        fresh.delete()
        before = lines(conversation).filter(direction=Message.Direction.IN).last()
        if before is None and not lines(conversation).exists():
            derive_about(conversation, "Conversation Closed", at, outcome="taken_back")
            conversation.delete()
            release_held([conversation.contact_id], at=at)
            live.publish(STREAM, {})
            return True
        conversation.last_customer = before.at if before else None
        stand(conversation, _owed(conversation), last_customer=conversation.last_customer)
        return True


def _close(conversation: Conversation, at: datetime, outcome: str) -> None:
    with transaction.atomic():
        fresh = _held(conversation)
        if fresh.state == State.DONE:
            return
        stand(fresh, State.DONE, closed=at, snoozed_until=None)
        derive_about(fresh, "Conversation Closed", at, outcome=outcome)
        release_held([fresh.contact_id], at=at)


def _held(conversation: Conversation) -> Conversation:
    """The conversation as it is now, with its contact held."""
    hold(contacts=[conversation.contact_id])
    return Conversation.objects.get(pk=conversation.pk)


def _owed(conversation: Conversation) -> State:
    last_staff, last_customer = conversation.last_staff, conversation.last_customer
    answered = last_staff and (last_customer is None or last_staff > last_customer)
    return State.WAITING if answered else State.NEEDS_ANSWER
