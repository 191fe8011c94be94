"""Where a conversation stands: done, put off, taken up again, in whose hands."""

from datetime import datetime

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue.actions.conversation import derive_about, stand
from crm.dialogue.actions.holding import release_held
from crm.dialogue.models import Conversation
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
