"""Reads on conversations: who is talking, what waits because of it, and what the inbox shows."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from crm.contacts.models import Identity
from crm.dialogue.models import Conversation, Message, Task
from engage.lib import sql

SILENCE = timedelta(hours=48)
"""So long after our last word an unanswered conversation no longer holds back what we send by ourselves."""

TALKING = "talking"
"""The reason's code on a message that waits for a conversation to end."""

State = Conversation.State


def talking(contact_ids: Collection[int], at: datetime) -> dict[int, datetime]:
    """Who of these people is talking with us, and since when. One query.

    While they wait for an answer, now or later, for as long as it takes; after our last word, for 48 hours.
    """
    return dict(
        sql.rows(
            """
            SELECT contact_id, min(opened) FROM crm_dialogue_conversation
            WHERE contact_id = ANY(%s) AND state <> 'done'
              AND (state <> 'waiting' OR coalesce(last_staff, opened) > %s)
            GROUP BY contact_id
            """,
            [list(contact_ids), at - SILENCE],
        )
    )


def held_by_dialogue(contact_ids: Collection[int]) -> dict[int, list[Message]]:
    """What waits for these people's conversations to end, oldest first. One query."""
    held = defaultdict(list)
    waiting = Message.objects.filter(contact__in=contact_ids, state=Message.State.WAITING, why=TALKING)
    for message in waiting.select_related("content").order_by("at"):
        held[message.contact_id].append(message)
    return held


def open_conversation_of(contact_id: int) -> Conversation | None:
    """The one that new words belong to. One query."""
    return Conversation.objects.filter(contact=contact_id).exclude(state=State.DONE).order_by("-opened").first()


def address_to_answer(contact_id: int) -> str:
    """Where a person's answer goes by mail: a proved address, else one they claim; empty without any. One query."""
    found = Identity.objects.filter(contact=contact_id, kind=Identity.Kind.EMAIL).order_by("-proof", "-id")
    return found.values_list("value", flat=True).first() or ""


def lines(conversation: Conversation) -> QuerySet[Message]:
    """All that was said and noted in it, in the order in which it came. One query."""
    return conversation.messages.select_related("author").order_by("id")


def said_since(conversation: Conversation, seen: int) -> list[Message]:
    """Words of either side that came after the message `seen` (a key, 0 for none). Notes are no words. One query."""
    return list(lines(conversation).filter(id__gt=seen).exclude(direction=Message.Direction.NOTE))


def counts(*, assignee: int | None = None) -> dict[str, int]:
    """How many conversations stand in each open state. One query."""
    mine = Q() if assignee is None else Q(assignee=assignee)
    found = Conversation.objects.filter(mine).exclude(state=State.DONE).values_list("state").annotate(n=Count("id"))
    return dict(found)


@dataclass(frozen=True)
class Row:
    """A conversation as a list shows it, with its last words."""

    conversation: Conversation
    last: Message | None


def conversations(state: str, *, assignee: int | None = None, after: int = 0, size: int = 50) -> list[Row]:
    """A page of one of the inbox's lists, `after` rows of it. Two queries.

    Those who wait are first served in the order in which they came; everything else shows the latest first.
    """
    mine = Q() if assignee is None else Q(assignee=assignee)
    chosen = Conversation.objects.filter(mine, state=state).select_related("contact", "assignee")
    return with_last_words(chosen.order_by(*_ORDER[State(state)])[after : after + size])


_ORDER = {
    State.NEEDS_ANSWER: ("last_customer", "id"),
    State.WAITING: ("-last_staff", "-id"),
    State.LATER: ("snoozed_until", "id"),
    State.DONE: ("-closed", "-id"),
}


def with_last_words(found: Iterable[Conversation]) -> list[Row]:
    """The conversations with the last line of each. One query more."""
    chosen = list(found)
    words = Message.objects.filter(conversation__in=chosen).exclude(direction=Message.Direction.NOTE)
    last = words.order_by("conversation", "-id").distinct("conversation")
    by_conversation = {message.conversation_id: message for message in last}
    return [Row(conversation, by_conversation.get(conversation.pk)) for conversation in chosen]


def longest_wait() -> datetime | None:
    """Since when the person who waits longest for an answer waits. One query."""
    waiting = Conversation.objects.filter(state=State.NEEDS_ANSWER).order_by("last_customer")
    return waiting.values_list("last_customer", flat=True).first()


def conversations_of(contact_id: int, *, most: int = 10) -> list[Row]:
    """The conversations of one person, the latest first. Two queries."""
    return with_last_words(Conversation.objects.filter(contact=contact_id).order_by("-opened")[:most])


def talks_of_company(company: int, *, most: int = 10) -> list[Row]:
    """Open conversations of the people of one company, the latest first. Two queries."""
    talks = Conversation.objects.filter(contact__company=company).exclude(state=State.DONE)
    return with_last_words(talks.select_related("contact").order_by("-opened")[:most])


def tasks_to_do(*, assignee: int | None = None) -> QuerySet[Task]:
    """What colleagues are to do, the most pressing first; with `assignee` what is in those hands. One query."""
    mine = Q() if assignee is None else Q(assignee=assignee)
    known = Task.objects.select_related("contact", "assignee", "escalate_to")
    return known.filter(mine, done=None).order_by("due", "id")
