"""Mails that came in are kept once, with their files; whose they are can be said, and taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.dialogue.actions.conversation import State, came_in, say, stand
from crm.dialogue.models import Attachment, Conversation, Mail, Message
from engage.lib import sql
from engage.lib.patience import patient

CHANNEL = "email"


def keep_mail(mail: Mail, files: Sequence[Attachment] = ()) -> Mail | None:
    """The row of a mail, or None where it is there already. Two statements."""
    columns = {
        "uid": mail.uid,
        "contact_id": mail.contact_id,
        "recorded_for_id": mail.recorded_for_id,
        "kind": mail.kind,
        "why": mail.why,
        "sender": mail.sender[:255],
        "subject": mail.subject[:300],
        "header_id": mail.header_id[:255],
        "text": mail.text,
        "has_html": mail.has_html,
        "detail": sql.document(mail.detail),
        "source": mail.source[:255],
        "raw": mail.raw,
        "at": mail.at,
    }
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    new = sql.rows(
        f"INSERT INTO crm_dialogue_mail ({names}) VALUES ({places}) ON CONFLICT (uid) DO NOTHING RETURNING id",  # noqa: S608 names of ours
        list(columns.values()),
    )
    if not new:
        return None
    mail.pk = new[0][0]
    for file in files:
        file.mail_id = mail.pk
    Attachment.objects.bulk_create(files)
    return mail


@patient
def say_beside(
    *, conversation: Conversation, contact: Contact, text: str, subject: str, channel: str, at: datetime, uid: UUID
) -> Message:
    """Words of somebody else in a conversation with a person: shown there, with their name, and nobody's words but
    theirs."""
    with transaction.atomic():
        owner = hold(contacts=[contact.pk, conversation.contact_id]).present[contact.pk]
        if known := Message.objects.filter(uid=uid, direction=Message.Direction.IN).first():
            return known
        words = {"uid": uid, "channel": channel, "subject": subject, "text": text, "at": at}
        message = came_in(conversation, owner, contact.pk, **words)
        fresh = Conversation.objects.get(pk=conversation.pk)
        if fresh.state != State.DONE:
            stand(fresh, State.NEEDS_ANSWER, snoozed_until=None)
        return message


@patient
def bring_in(*, mail: Mail, contact: Contact, text: str, by: str, at: datetime) -> Message:
    """A colleague says whose words a mail is that stood aside."""
    with transaction.atomic():
        message = say(contact=contact, text=text, channel=CHANNEL, at=at, subject=mail.subject[:200], uid=mail.uid)
        changes: dict[str, Any] = {"message": message, "contact": message.contact, "kind": Mail.Kind.LETTER}
        changes |= {"recorded_for_id": message.recorded_for_id, "detail": mail.detail | {"brought_in_by": by}}
        Mail.objects.filter(pk=mail.pk).update(**changes)
        return message


def put_away(*, mail: Mail, at: datetime | None) -> None:
    """It needs nobody; with None, it does again."""
    Mail.objects.filter(pk=mail.pk).update(settled=at)


@patient
def belongs(*, mail: Mail, at: datetime) -> Conversation | None:
    """The mail's words go on in the conversation that was suggested; what began with them, and holds nothing else, is
    done. The detail of the mail knows the way back. None if there is nothing to move."""
    with transaction.atomic():
        message = Message.objects.select_related("conversation").filter(mail=mail).first()
        if message is None or message.conversation is None or mail.suggested is None:
            return None
        hold(contacts=[message.contact_id])
        target = Conversation.objects.get(pk=mail.suggested.pk)
        if target.contact_id != message.contact_id:
            return None
        _move(message, target, at)
        detail = mail.detail | {"came_from": str(message.conversation.uid)}
        Mail.objects.filter(pk=mail.pk).update(suggested=None, detail=detail)
        return target


@patient
def belongs_not(*, mail: Mail, at: datetime) -> Conversation | None:
    """Back to where it stood before `belongs`."""
    with transaction.atomic():
        message = Message.objects.select_related("conversation").filter(mail=mail).first()
        before = Conversation.objects.filter(uid=mail.detail.get("came_from")).first()
        if message is None or message.conversation is None or before is None:
            return None
        hold(contacts=[message.contact_id])
        left = message.conversation
        _move(message, before, at)
        detail = {key: value for key, value in mail.detail.items() if key != "came_from"}
        Mail.objects.filter(pk=mail.pk).update(suggested=left, detail=detail)
        return before


def _move(message: Message, target: Conversation, at: datetime) -> None:
    left = message.conversation
    Message.objects.filter(pk=message.pk).update(conversation=target)
    stand(target, State.NEEDS_ANSWER, last_customer=message.at, snoozed_until=None, closed=None)
    if left and not Message.objects.filter(conversation=left).exists():
        stand(left, State.DONE, closed=at, snoozed_until=None)
