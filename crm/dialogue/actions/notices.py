"""Colleagues are told by mail of new words in what is in their hands, if they wish, and may answer by mail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from crm.business.models import User
from crm.dialogue.actions.conversation import ConversationMoved
from crm.dialogue.actions.replying import keep_draft, reply
from crm.dialogue.models import Conversation, Message, NoticeWish, WaitingTold, WaitingWish
from engage.lib import sql, tokens

MOST = 200
LONGEST = 20_000
AGAIN = timedelta(days=1)
"""Of a pile that nobody looked at colleagues hear so often at most."""


class ByMail(StrEnum):
    """What became of an answer by mail: refused to whoever may not answer, kept as a draft where there were new words,
    or nothing in it."""

    SENT = "sent"
    MOVED = "moved"
    EMPTY = "empty"
    REFUSED = "refused"


@dataclass(frozen=True)
class Told:
    """Whom to tell of which message, the latest of its conversation."""

    colleague: User
    message: Message
    conversation: Conversation


def wish_notices(*, by: User, wanted: bool, at: datetime) -> None:
    if wanted:
        NoticeWish.objects.get_or_create(colleague=by, defaults={"at": at})
    else:
        NoticeWish.objects.filter(colleague=by).delete()


def wish_waiting(*, by: User, wanted: bool, at: datetime) -> None:
    """Mail about what begins to wait in the rooms."""
    if wanted:
        WaitingWish.objects.get_or_create(colleague=by, defaults={"at": at})
    else:
        WaitingWish.objects.filter(colleague=by).delete()


def take_told(name: str, *, last: datetime, at: datetime) -> bool:
    """Whether a pile is to be told of now: it was empty since, or a day passed and something came, the `last` then.
    True once, however many ask at once. One statement."""
    return bool(
        sql.rows(
            "INSERT INTO crm_dialogue_waitingtold AS t (name, at) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE t.at <= %s AND t.at < %s RETURNING name",
            [name, at, at - AGAIN, last],
        )
    )


def forget_told(name: str) -> None:
    """It is empty."""
    WaitingTold.objects.filter(name=name).delete()


def take_notices(*, at: datetime) -> Iterator[Told]:
    """What is due, once for each conversation and colleague, taken out of the queue before it is sent: never twice.
    Nothing of what was answered meanwhile or went into other hands. Three queries."""
    taken = sql.rows(
        """
        DELETE FROM crm_dialogue_notice WHERE id IN (
            SELECT id FROM crm_dialogue_notice WHERE due <= %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
        ) RETURNING message_id, colleague_id
        """,
        [at, MOST],
    )
    if not taken:
        return
    known = Message.objects.select_related("conversation__assignee", "contact").in_bulk({key for key, _to in taken})
    latest: dict[tuple[int, int], Message] = {}
    for key, colleague in sorted(taken):
        message = known[key]
        if message.conversation and message.conversation.assignee_id == colleague:
            latest[message.conversation.pk, colleague] = message
    for message in latest.values():
        talk = message.conversation
        if talk and talk.assignee and talk.assignee.is_active and talk.state == Conversation.State.NEEDS_ANSWER:
            yield Told(talk.assignee, message, talk)


def answer_tag(colleague: User, message: Message) -> str:
    """What stands in the address to which this colleague, and nobody else, may answer this message."""
    return tokens.address_tag(_purpose(colleague), message.uid)


def answer_by_mail(*, sender: str, tag: str, text: str, uid: UUID, at: datetime) -> ByMail:
    """What a colleague wrote to the address that a notice carried is our answer, once for each `uid`. `sender` is the
    address that it came from: only the colleague's own counts. Where there are words that the notice did not show, it
    is kept as their draft."""
    colleague = User.objects.filter(email__iexact=sender, is_active=True).first()
    message = _answered(colleague, tag) if colleague else None
    if colleague is None or message is None or message.conversation is None:
        return ByMail.REFUSED
    words = text.replace("\x00", "").strip()[:LONGEST]
    if not words:
        return ByMail.EMPTY
    try:
        reply(conversation=message.conversation, text=words, by=colleague, at=at, seen=message.pk, uid=uid)
    except ConversationMoved:
        keep_draft(conversation=message.conversation, text=words, by=colleague, at=at)
        return ByMail.MOVED
    return ByMail.SENT


def _answered(colleague: User, tag: str) -> Message | None:
    try:
        uid = tokens.read_address_tag(_purpose(colleague), tag)
    except tokens.BadToken:
        return None
    said = Message.objects.select_related("conversation").filter(uid=uid, direction=Message.Direction.IN)
    return said.exclude(conversation=None).first()


def _purpose(colleague: User) -> str:
    return f"answer.{colleague.uid.hex}"
