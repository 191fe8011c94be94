"""What is said in a conversation: words in, answers out, notes beside them.

Everything here holds the contact first, because the dialogue lock depends on it, and writes the words, the state of
the conversation and the fact that upper rooms react to in one transaction: what was answered with success is kept.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crm.business.models import User
from crm.business.queries import business
from crm.contacts.actions import hold, touch
from crm.contacts.models import Contact
from crm.dialogue import queries
from crm.dialogue.actions.queue import Draft, queue
from crm.dialogue.models import Conversation, Message, Subject
from crm.events.actions import Fact, derive
from engage.lib import ids, live
from engage.lib.patience import patient

State = Conversation.State
STREAM = "inbox"
REPLIED = "Message Replied"
MOST_WORDS = 500
"""So much of what was written goes into the fact that it was."""


class ConversationMoved(Exception):
    """Somebody said something that whoever answered had not seen. `lines` are the new messages."""

    def __init__(self, lines: list[Message]) -> None:
        super().__init__(f"{len(lines)} new")
        self.lines = lines


@patient
def open_conversation(*, contact: Contact, channel: str, subject: str, by: User, at: datetime) -> Conversation:
    """We speak first, or go on where a conversation is open. It waits for them from the start."""
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        found = queries.open_conversation_of(owner)
        return found or _open(
            owner, contact.pk, channel, at, subject=subject, state=State.WAITING, last_staff=at, assignee=by
        )


@patient
def say(
    *,
    contact: Contact,
    text: str,
    channel: str,
    at: datetime,
    about: Message | None = None,
    subject: str = "",
    uid: UUID | None = None,
    recorded_for: int | None = None,
    written_by: User | None = None,
    chosen: Subject | None = None,
) -> Message:
    """The customer's words come in: they continue the open conversation, or open one, and an answer is owed.

    `about` is the message of ours that they answer. `uid` makes it happen once: the same uid again gives the words
    that are there. `written_by` is the colleague who wrote down what they heard. `chosen` is what they said it is
    about, which becomes a fact of its own.
    """
    uid = uid or ids.uuid7()
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        if known := Message.objects.filter(uid=uid, direction=Message.Direction.IN).first():
            return known
        conversation = queries.open_conversation_of(owner) or _open(
            owner, recorded_for or contact.pk, channel, at, subject=chosen.label if chosen else subject, about=about
        )
        message = Message.objects.create(
            uid=uid,
            contact_id=owner,
            recorded_for_id=recorded_for or contact.pk,
            direction=Message.Direction.IN,
            klass=Message.Class.CONVERSATION,
            channel=channel,
            conversation=conversation,
            author=written_by,
            subject=subject,
            text=text,
            state=Message.State.RECEIVED,
            detail={"about": str(about.uid)} if about else {},
            at=at,
        )
        if about:
            Message.objects.filter(pk=about.pk, replied=None).update(replied=at)
            derive_about(conversation, REPLIED, at, message=str(about.uid), origin=about.origin)
        stand(conversation, State.NEEDS_ANSWER, last_customer=at, snoozed_until=None)
        touch({owner: at})
        if chosen:
            _tell_subject(conversation, chosen, text, at)
        return message


@patient
def reply(
    *, conversation: Conversation, text: str, by: User, at: datetime, seen: int, uid: UUID | None = None
) -> Message:
    """Our answer, queued to go at once as mail. `seen` is the key of the last message that `by` has read.

    Raises ConversationMoved if there are later words, and queues nothing. The same `uid` again gives the answer that
    is there.
    """
    occurrence = str(uid or ids.uuid7())
    with transaction.atomic():
        owner = hold(contacts=[conversation.contact_id]).present[conversation.contact_id]
        fresh = Conversation.objects.select_related("contact").get(pk=conversation.pk)
        origin = f"reply:{fresh.uid}"
        if known := Message.objects.filter(origin=origin, occurrence=occurrence).first():
            return known
        if moved := queries.said_since(fresh, seen):
            raise ConversationMoved(moved)
        queue([_draft(fresh, owner, origin, occurrence, text, by)], at=at)
        stand(fresh, State.WAITING, last_staff=at, assignee=fresh.assignee or by, snoozed_until=None, closed=None)
        return Message.objects.get(origin=origin, occurrence=occurrence)


@patient
def note(*, conversation: Conversation, text: str, by: User, at: datetime) -> Message:
    """Words between colleagues; the customer never sees them, and they change nothing else."""
    with transaction.atomic():
        owner = hold(contacts=[conversation.contact_id]).present[conversation.contact_id]
        written = Message.objects.create(
            contact_id=owner,
            recorded_for_id=conversation.recorded_for_id,
            direction=Message.Direction.NOTE,
            klass=Message.Class.CONVERSATION,
            channel=conversation.channel,
            conversation=conversation,
            author=by,
            text=text,
            state=Message.State.RECEIVED,
            at=at,
        )
        live.publish(STREAM, {"conversation": conversation.uid})
        return written


def _draft(conversation: Conversation, owner: int, origin: str, occurrence: str, text: str, by: User) -> Draft:
    return Draft(
        contact=owner,
        recorded_for=conversation.recorded_for_id,
        klass=Message.Class.CONVERSATION,
        lane=Message.Lane.INTERACTIVE,
        origin=origin,
        occurrence=occurrence,
        subject=_answered(conversation),
        text=text,
        address=queries.address_to_answer(owner),
        conversation=conversation.pk,
        author=by.pk,
    )


def stand(conversation: Conversation, state: str, **changes: object) -> None:
    """Put the conversation into a state and tell the pages. The contact must be held."""
    for name, value in {"state": state, **changes}.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=["state", *changes])
    live.publish(STREAM, {"conversation": conversation.uid})


def _open(owner: int, recorded_for: int, channel: str, at: datetime, **fields: object) -> Conversation:
    conversation = Conversation.objects.create(
        contact_id=owner, recorded_for_id=recorded_for, channel=channel, opened=at, **fields
    )
    derive_about(conversation, "Conversation Opened", at)
    return conversation


def _tell_subject(conversation: Conversation, chosen: Subject, text: str, at: datetime) -> None:
    said = {"subject": chosen.key, "label": chosen.label, "words": text[:MOST_WORDS]}
    derive_about(conversation, "Enquiry Received", at, **said)


def derive_about(conversation: Conversation, name: str, at: datetime, **properties: object) -> None:
    """The fact that something happened to a conversation, for triggers and waits."""
    fact = Fact(
        contact=conversation.contact_id,
        recorded_for=conversation.recorded_for_id,
        name=name,
        at=at,
        message_id=f"{name.split()[-1].lower()}:{conversation.uid}:{at.isoformat()}",
        properties={"conversation": str(conversation.uid), "channel": conversation.channel, **properties},
    )
    derive([fact], cause=f"conversation:{conversation.uid}")


def _answered(conversation: Conversation) -> str:
    """The subject of an answer, in the customer's language."""
    with translation.override(conversation.contact.language or business().language):
        return _("Re: %(subject)s") % {"subject": conversation.subject} if conversation.subject else _("Your message")
