"""Two conversations of one person that are about the same become one; one about two things becomes two. Both can be
undone."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue.actions.conversation import stand
from crm.dialogue.actions.replying import last_word_of_ours
from crm.dialogue.models import Conversation, Joined, Mention, Message, Tagged
from crm.dialogue.queries import owed
from engage.lib.patience import patient

State = Conversation.State


class CannotJoin(ValueError):
    """They are of different people, or the same, or one is empty or joined already."""


@patient
def merge_conversations(*, conversation: Conversation, into: Conversation, by: User, at: datetime) -> Joined:
    """All lines of the one go into the other, in the order in which they came, with its tags. Raises CannotJoin."""
    with transaction.atomic():
        hold(contacts=[conversation.contact_id])
        known = Conversation.objects.in_bulk([conversation.pk, into.pk])
        if len(known) < 2 or len({one.contact_id for one in known.values()}) > 1:
            raise CannotJoin
        joined = [conversation.pk, into.pk]
        if Joined.objects.filter(conversation__in=joined, undone=None).exists():
            raise CannotJoin
        out, kept = known[conversation.pk], known[into.pk]
        lines = list(Message.objects.filter(conversation=out).values_list("pk", flat=True))
        row = Joined.objects.create(conversation=out, into=kept, lines=lines, state=out.state, at=at, by=str(by))
        _move(lines, kept)
        for tagged in Tagged.objects.filter(conversation=out):
            Tagged.objects.get_or_create(conversation=kept, tag=tagged.tag, defaults={"by": tagged.by, "at": tagged.at})
        needs = State.NEEDS_ANSWER in {out.state, kept.state}
        open_ = {one.state for one in known.values()} != {State.DONE}
        stand(out, State.DONE, closed=out.closed or at, snoozed_until=None)
        _recount(kept, State.NEEDS_ANSWER if needs else (kept.state if kept.state != State.DONE else None), open_)
        return row


@patient
def undo_merge(*, joined: Joined, by: User, at: datetime) -> bool:
    """The lines that came from there go back, and it stands where it stood. False where it was undone before."""
    with transaction.atomic():
        hold(contacts=[joined.into.contact_id])
        if not Joined.objects.filter(pk=joined.pk, undone=None).update(undone=at):
            return False
        out, kept = Conversation.objects.get(pk=joined.conversation_id), Conversation.objects.get(pk=joined.into_id)
        lines = Message.objects.filter(conversation=kept, pk__in=joined.lines)
        _move(list(lines.values_list("pk", flat=True)), out)
        stand(out, joined.state, moved=at, closed=out.closed if joined.state == State.DONE else None)
        _recount(kept, kept.state, kept.state != State.DONE)
        return True


@patient
def split_conversation(*, message: Message, by: User, at: datetime) -> Conversation:
    """This line and all later ones become a conversation of their own. Raises CannotJoin if nothing would be left."""
    with transaction.atomic():
        hold(contacts=[message.contact_id])
        kept = Conversation.objects.get(messages=message)
        lines = list(Message.objects.filter(conversation=kept, pk__gte=message.pk).values_list("pk", flat=True))
        if not Message.objects.filter(conversation=kept, pk__lt=message.pk).exists():
            raise CannotJoin
        new = Conversation.objects.create(
            contact_id=kept.contact_id,
            recorded_for_id=kept.recorded_for_id,
            channel=message.channel,
            subject=message.subject[:200],
            assignee=kept.assignee,
            opened=message.at,
        )
        _move(lines, new)
        _recount(new, None, True)
        _recount(kept, None, kept.state != State.DONE)
        return new


def _move(lines: Collection[int], to: Conversation) -> None:
    Message.objects.filter(pk__in=lines).update(conversation=to)
    Mention.objects.filter(message__in=lines).update(conversation=to)


def _recount(conversation: Conversation, state: str | None, is_open: bool) -> None:
    """When each side spoke last, by its lines; and whether an answer is owed, where nothing else is said."""
    said = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN)
    conversation.last_customer = said.aggregate(last=Max("at"))["last"]
    conversation.last_staff = last_word_of_ours(conversation)
    times = {"last_customer": conversation.last_customer, "last_staff": conversation.last_staff}
    standing = (state or owed(conversation)) if is_open else State.DONE
    stand(conversation, standing, **times, **({"closed": None} if is_open else {}))
