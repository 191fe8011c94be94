"""Reads on conversations: who is talking, what waits because of it, and what the inbox shows."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from crm.contacts.models import Identity
from crm.dialogue.models import Block, Conversation, Message, Task, Touch
from engage.lib import sql

SILENCE = timedelta(hours=48)
"""So long after our last word an unanswered conversation no longer holds back what we send by ourselves."""

TAKEN_BACK = "taken_back"
"""The reason's code on a message that was queued by mistake."""

SURVEY = "survey"
"""The channel of what somebody says by answering a survey."""

ASKS = "asks"
"""What an answer's variables call the survey whose question goes with it."""

STOPS = "stop_url"
"""What the variables of a notice that they asked for call the address of ours that ends it, for mail programs too."""

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
    for message in waiting.select_related("content").order_by("at", "id"):
        held[message.contact_id].append(message)
    return held


def open_conversation_of(contact_id: int) -> Conversation | None:
    """The one that new words belong to. One query."""
    return Conversation.objects.filter(contact=contact_id).exclude(state=State.DONE).order_by("-opened").first()


def is_blocked(contact_id: int) -> bool:
    """Whether we do not answer them. One query."""
    return Block.objects.filter(contact=contact_id, lifted=None).exists()


def blocked_among(contacts: Collection[int]) -> set[int]:
    """Those of them whom we do not answer. One query."""
    return set(Block.objects.filter(contact__in=contacts, lifted=None).values_list("contact", flat=True))


def ignored_conversation_of(contact_id: int) -> Conversation | None:
    """Where the words of somebody go whom we do not answer. One query."""
    return Conversation.objects.filter(contact=contact_id, spam__isnull=False).order_by("-opened").first()


def way_to_answer(contact_id: int, channel: str) -> tuple[str, str]:
    """The channel and the address by which a person's words get their answer: a text message to who wrote one, else a
    mail, and to who answered a survey where there is no address of mail. A proved address, else one they claim; empty
    without any. Two queries at most."""
    number = _own(contact_id, Identity.Kind.PHONE) if channel == "sms" else ""
    address = "" if number else _own(contact_id, Identity.Kind.EMAIL)
    if not address and channel == SURVEY:
        number = _own(contact_id, Identity.Kind.PHONE)
    return ("sms", number) if number else ("email", address)


def _own(contact_id: int, kind: str) -> str:
    found = Identity.objects.filter(contact=contact_id, kind=kind).order_by("-proof", "-id")
    return found.values_list("value", flat=True).first() or ""


def lines(conversation: Conversation) -> QuerySet[Message]:
    """All that was said and noted in it, in the order in which it came. One query."""
    return conversation.messages.select_related("author").order_by("id")


def said_since(conversation: Conversation, seen: int) -> list[Message]:
    """Words of either side that came after the message `seen` (a key, 0 for none). Notes are no words, nor is what was
    taken back. One query."""
    later = lines(conversation).filter(id__gt=seen).exclude(direction=Message.Direction.NOTE)
    return list(later.exclude(why=TAKEN_BACK))


def owed(conversation: Conversation) -> State:
    """Whoever spoke last decides whether an answer is owed."""
    last_staff, last_customer = conversation.last_staff, conversation.last_customer
    answered = last_staff and (last_customer is None or last_staff > last_customer)
    return State.WAITING if answered else State.NEEDS_ANSWER


@dataclass(frozen=True)
class Row:
    """A conversation as a list shows it, with its last words."""

    conversation: Conversation
    last: Message | None


def with_last_words(found: Iterable[Conversation]) -> list[Row]:
    """The conversations with the last line of each, along an index whatever their length. One query more."""
    chosen = list(found)
    keys = [conversation.pk for conversation in chosen]
    last = Message.objects.filter(pk__in=RawSQL(_LAST, [keys]))  # noqa: S611 a statement of ours
    by_conversation = {message.conversation_id: message for message in last}
    return [Row(conversation, by_conversation.get(conversation.pk)) for conversation in chosen]


_LAST = """
    SELECT m.id FROM unnest(%s::bigint[]) AS c(id) CROSS JOIN LATERAL (
        SELECT id FROM crm_dialogue_message
        WHERE conversation_id = c.id AND direction <> 'note' ORDER BY id DESC LIMIT 1
    ) AS m
"""


def conversations_of(contact_id: int, *, most: int = 10) -> list[Row]:
    """The conversations of one person, the latest first. Two queries."""
    return with_last_words(Conversation.objects.filter(contact=contact_id).order_by("-opened")[:most])


def others_of(conversation: Conversation, *, most: int = 5) -> list[Conversation]:
    """The latest other conversations of the same person that have words. One query."""
    others = Conversation.objects.filter(contact=conversation.contact_id).exclude(pk=conversation.pk)
    return list(others.filter(Exists(Message.objects.filter(conversation=OuterRef("pk")))).order_by("-opened")[:most])


def talks_of_company(company: int, *, most: int = 10) -> list[Row]:
    """Open conversations of the people of one company, the latest first. Two queries."""
    talks = Conversation.objects.filter(contact__company=company).exclude(state=State.DONE)
    return with_last_words(talks.select_related("contact").order_by("-opened")[:most])


def tasks_to_do(*, assignee: int | None = None) -> QuerySet[Task]:
    """What colleagues are to do, the most pressing first; with `assignee` what is in those hands. One query."""
    mine = Q() if assignee is None else Q(assignee=assignee)
    known = Task.objects.select_related("contact", "assignee", "escalate_to")
    return known.filter(mine, done=None).order_by("due", "id")


def touches_of(messages: Collection[int]) -> list[tuple[int, str, str, datetime, str]]:
    """Opens and clicks of these messages: (message, kind, link, at, sign of a machine). One query."""
    return list(
        Touch.objects.filter(message__in=list(messages)).values_list("message_id", "kind", "link", "at", "machine")
    )
