"""Where a conversation stands: done, put off, taken up again, in whose hands."""

from datetime import datetime
from typing import Any

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue.actions.conversation import derive_about, stand
from crm.dialogue.actions.holding import release_held
from crm.dialogue.actions.placing import tell_visitor
from crm.dialogue.chat import CHANNEL, chat_of
from crm.dialogue.models import Conversation, Message
from crm.dialogue.queries import lines, owed
from crm.dialogue.scheduled import drop_held
from crm.dialogue.streams import STREAM
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
        fresh = fresh_and_held(conversation)
        if fresh.state != State.DONE:
            stand(fresh, State.LATER, moved=at, snoozed_until=until)


@patient
def reopen(*, conversation: Conversation, by: User, at: datetime) -> None:
    """Back among the open ones: whoever spoke last decides whether an answer is owed."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
        stand(fresh, owed(fresh), moved=at, **still_in_hand(fresh), closed=None, snoozed_until=None, spam=None)


@patient
def assign(*, conversation: Conversation, to: User | None, by: User, at: datetime) -> None:
    """Into a colleague's hands, or into nobody's."""
    with transaction.atomic():
        fresh = fresh_and_held(conversation)
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
        stand(conversation, owed(conversation), last_customer=conversation.last_customer)
        return True


def _close(conversation: Conversation, at: datetime, outcome: str) -> None:
    with transaction.atomic():
        shut(fresh_and_held(conversation), at, outcome)


def shut(fresh: Conversation, at: datetime, outcome: str, **changes: Any) -> None:
    """Over, within a transaction that holds its contact. Nothing happens to one that is done and to be changed in
    nothing."""
    if fresh.state == State.DONE and not changes:
        return
    drop_held(fresh, at=at)
    was_open = fresh.state != State.DONE
    stand(fresh, State.DONE, closed=fresh.closed or at, snoozed_until=None, **changes)
    if was_open:
        derive_about(fresh, "Conversation Closed", at, outcome=outcome)
        release_held([fresh.contact_id], at=at)
        if fresh.channel == CHANNEL and (visit := chat_of(fresh)):
            tell_visitor(visit.uid)


def still_in_hand(conversation: Conversation) -> dict[str, Any]:
    """What changes when it is taken up again: who left in the meantime has it in hand no more. One query at most."""
    return {"assignee": None} if conversation.assignee and not conversation.assignee.is_active else {}


def fresh_and_held(conversation: Conversation) -> Conversation:
    """The conversation as it is now, with its contact held."""
    hold(contacts=[conversation.contact_id])
    return Conversation.objects.get(pk=conversation.pk)
