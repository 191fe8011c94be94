"""Our answers: queued with a little time to think again, or for later; taken back before they leave."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, Q

from crm.business.models import User
from crm.contacts.actions import hold
from crm.dialogue import queries
from crm.dialogue.actions.conversation import ConversationMoved, draft_of, stand
from crm.dialogue.actions.placing import put_in_chat
from crm.dialogue.actions.queue import queue
from crm.dialogue.models import AnswerDraft, Conversation, Message
from crm.dialogue.queries import ASKS, TAKEN_BACK
from crm.dialogue.scheduled import HELD, SCHEDULED
from crm.dialogue.streams import STREAM
from engage.lib import ids, live, sql, wake
from engage.lib.patience import patient

State = Conversation.State


@patient
def reply(
    *,
    conversation: Conversation,
    text: str,
    by: User,
    at: datetime,
    seen: int,
    uid: UUID | None = None,
    leaves: datetime | None = None,
    scheduled: bool = False,
    asks: str = "",
) -> Message:
    """Our answer, by the way their words came or as mail, queued to go at once or when it `leaves`. `seen` is the key
    of the last message that `by` has read. With `scheduled` it is held when they write before it has left. `asks` is
    the key of a survey whose question goes with it.

    Raises ConversationMoved if there are later words, and queues nothing. The same `uid` again gives the answer that
    is there. Their draft is gone.
    """
    occurrence, leaves = str(uid or ids.uuid7()), leaves or at
    with transaction.atomic():
        owner = hold(contacts=[conversation.contact_id]).present[conversation.contact_id]
        fresh = Conversation.objects.select_related("contact").get(pk=conversation.pk)
        origin = f"reply:{fresh.uid}"
        if known := Message.objects.filter(origin=origin, occurrence=occurrence).first():
            return known
        if moved := queries.said_since(fresh, seen):
            raise ConversationMoved(moved)
        variables = ({SCHEDULED: True} if scheduled else {}) | ({ASKS: asks} if asks else {})
        queue([draft_of(fresh, owner, origin, occurrence, text, by, due=leaves, variables=variables)], at=at)
        keep_draft(conversation=fresh, text="", by=by, at=at)
        came = {"person_came": leaves} if fresh.person_wanted and not fresh.person_came else {}
        closed = {"snoozed_until": None, "closed": None, "spam": None}
        stand(fresh, State.WAITING, moved=at, last_staff=leaves, assignee=fresh.assignee or by, **closed, **came)
        message = Message.objects.get(origin=origin, occurrence=occurrence)
        put_in_chat(message.pk, message.channel, message.address)
        return message


@patient
def take_answer_back(*, message: Message, by: User, at: datetime) -> bool:
    """Not to be said after all: it never leaves, and its words are `by`'s draft again. False where it has left, or is
    leaving at this moment."""
    with transaction.atomic():
        hold(contacts=[message.contact_id])
        if not sql.rows(_TAKE, {"message": message.pk, "at": at, "why": TAKEN_BACK, "any": True, "held": HELD}):
            return False
        conversation = Conversation.objects.get(messages=message)
        keep_draft(conversation=conversation, text=message.text, by=by, at=at)
        conversation.last_staff = last_word_of_ours(conversation)
        came = {"person_came": _first_word_of_a_person(conversation)} if conversation.person_came else {}
        state = conversation.state if conversation.state == State.LATER else queries.owed(conversation)
        owed = _first_word_unanswered(conversation)
        stand(conversation, state, moved=at, owed=owed, last_staff=conversation.last_staff, closed=None, **came)
        return True


@patient
def send_now(*, message: Message, by: User, at: datetime, seen: int) -> bool:
    """What was scheduled, or held because they wrote, goes at once. False where it has left or is leaving. Raises
    ConversationMoved where there are words that `by` has not read."""
    with transaction.atomic():
        hold(contacts=[message.contact_id])
        conversation = Conversation.objects.get(messages=message)
        if moved := [line for line in queries.said_since(conversation, seen) if line.pk != message.pk]:
            raise ConversationMoved(moved)
        if not sql.rows(_NOW, {"message": message.pk, "at": at, "any": False, "held": HELD}):
            return False
        stand(conversation, State.WAITING, last_staff=at, snoozed_until=None, closed=None)
        transaction.on_commit(lambda: wake.wake("speak"))
        return True


def last_word_of_ours(conversation: Conversation) -> datetime | None:
    """When we spoke last, or will by ourselves. One query."""
    said = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT)
    return said.exclude(why__in=[HELD, TAKEN_BACK]).aggregate(last=Max("at"))["last"]


def _first_word_unanswered(conversation: Conversation) -> datetime | None:
    """Since when they wait for a word of ours. One query."""
    theirs = conversation.messages.filter(direction=Message.Direction.IN)
    since = Q(at__gt=conversation.last_staff) if conversation.last_staff else Q()
    return theirs.filter(since).aggregate(first=Min("at"))["first"]


def _first_word_of_a_person(conversation: Conversation) -> datetime | None:
    """When a colleague spoke first, or will, after a person was asked for. One query."""
    said = conversation.messages.filter(direction=Message.Direction.OUT, author__isnull=False)
    later = said.filter(at__gte=conversation.person_wanted).exclude(why__in=[HELD, TAKEN_BACK])
    return later.aggregate(first=Min("at"))["first"]


def keep_draft(*, conversation: Conversation, text: str, by: User, at: datetime) -> None:
    """What `by` has written so far, instead of what was there; nothing where it is empty. One statement."""
    if text.strip():
        AnswerDraft.objects.bulk_create(
            [AnswerDraft(conversation=conversation, colleague=by, text=text, at=at)],
            update_conflicts=True,
            unique_fields=["conversation", "colleague"],
            update_fields=["text", "at"],
        )
    else:
        AnswerDraft.objects.filter(conversation=conversation, colleague=by).delete()


def tell_presence(*, conversation: UUID, by: User, writes: bool) -> None:
    """Colleagues hear that `by` has this conversation before them, or writes in it. Nothing is kept of it."""
    live.publish(STREAM, {"conversation": conversation, "here": by.uid, "writes": writes})


_HERE = """
    WITH here AS MATERIALIZED (
        SELECT o.message_id FROM crm_dialogue_outbox AS o JOIN crm_dialogue_message AS m ON m.id = o.message_id
        WHERE m.id = %(message)s AND m.direction = 'out' AND m.class = 'conversation'
          AND o.mark = '' AND (o.lease IS NULL OR o.lease_until < %(at)s)
          AND (%(any)s OR o.due > %(at)s OR m.why = %(held)s)
        FOR UPDATE OF o SKIP LOCKED
    ),"""
_TAKE = f"""{_HERE}
    gone AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT message_id FROM here))
    UPDATE crm_dialogue_message SET state = 'withheld', why = %(why)s, detail = '{{}}', until = NULL, settled = %(at)s
    WHERE id IN (SELECT message_id FROM here) RETURNING id
"""  # noqa: S608 statements of ours
_NOW = f"""{_HERE}
    due AS (
        UPDATE crm_dialogue_outbox SET due = %(at)s, lease = NULL, lease_until = NULL
        WHERE message_id IN (SELECT message_id FROM here)
    )
    UPDATE crm_dialogue_message SET why = '', detail = '{{}}', until = NULL, at = %(at)s,
        state = CASE WHEN state = 'waiting' THEN 'queued' ELSE state END
    WHERE id IN (SELECT message_id FROM here) RETURNING id
"""  # noqa: S608
