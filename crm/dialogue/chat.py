"""Reads on the chat: what stands in it, and whether our next words belong there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from crm.dialogue.models import ChatLine, ChatVisit, Conversation, Message
from crm.dialogue.queries import TAKEN_BACK, way_to_answer
from crm.dialogue.scheduled import HELD

CHANNEL = "chat"
SHOWN = 200
"""The latest lines, at most."""


ASKED_FOR_STARS = timedelta(days=7)
"""So long after it was done they are asked how it was."""
JUST_RATED = timedelta(minutes=15)
"""So long what is written after the stars belongs to them."""


def stream_of(visit: UUID) -> str:
    """The name under which a visit's page is told that there is something new."""
    return f"chat:{visit}"


def visit_of(uid: UUID) -> ChatVisit | None:
    """A visit whose person is still known. One query."""
    return ChatVisit.objects.select_related("contact").filter(uid=uid, contact__erased=None).first()


def visit_that_said(words: UUID) -> ChatVisit | None:
    """The visit of whom nobody named that has said the words of this uid. One query."""
    found = ChatVisit.objects.filter(lines__message__uid=words, proved=False, contact__erased=None)
    return found.select_related("contact").first()


def chat_lines(visit: ChatVisit, *, at: datetime) -> list[ChatLine]:
    """What is to be read there at this moment, the latest last. One query."""
    found = _readable(visit, at).select_related("message", "message__author").order_by("-message")[:SHOWN]
    return list(reversed(found))


def unseen(visit: ChatVisit, *, at: datetime) -> QuerySet[ChatLine]:
    """Lines of ours that they have not had before them yet."""
    return _readable(visit, at).filter(seen=None, message__direction=Message.Direction.OUT)


def chat_of(conversation: Conversation) -> ChatVisit | None:
    """The chat in which they spoke last; None where they last spoke by another way. One query."""
    said = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN)
    last = said.order_by("-id").values("id")[:1]
    return ChatVisit.objects.filter(lines__message__in=last).first()


def way_to_reply(conversation: Conversation) -> tuple[str, str]:
    """The channel and the address by which the last words of a conversation are answered. Three queries at most."""
    visit = chat_of(conversation)
    return (CHANNEL, str(visit.uid)) if visit else way_to_answer(conversation.contact_id, conversation.channel)


def to_rate(found: Sequence[ChatLine], *, at: datetime) -> Conversation | None:
    """The conversation of the last of these lines, if it is done, a colleague spoke in it, and nobody said yet how it
    was. One query, none where no colleague spoke."""
    talk = _talk_of(found)
    if talk is None or talk.rated or talk.state != Conversation.State.DONE:
        return None
    return talk if talk.closed and talk.closed > at - ASKED_FOR_STARS else None


def just_rated(found: Sequence[ChatLine], *, at: datetime) -> Conversation | None:
    """The same, if they gave it stars a moment ago and wrote nothing since."""
    talk = _talk_of(found)
    if talk is None or talk.rated is None or talk.rated < at - JUST_RATED:
        return None
    return talk if found[-1].message.at <= talk.rated else None


def _talk_of(found: Sequence[ChatLine]) -> Conversation | None:
    last = found[-1].message.conversation_id if found else None
    lines = (line.message for line in found if line.message.conversation_id == last)
    ours = any(line.author_id and line.direction == Message.Direction.OUT for line in lines)
    return Conversation.objects.filter(pk=last, spam=None).first() if last and ours else None


def _readable(visit: ChatVisit, at: datetime) -> QuerySet[ChatLine]:
    """Theirs, and of ours what is said by now and was not taken back."""
    theirs = Q(message__direction=Message.Direction.IN)
    ours = Q(message__direction=Message.Direction.OUT, message__at__lte=at)
    return ChatLine.objects.filter(theirs | ours, visit=visit).exclude(message__why__in=[TAKEN_BACK, HELD])
