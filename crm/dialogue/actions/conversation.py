"""What is said in a conversation: words in, answers out, notes beside them.

Everything here holds the contact first, because the dialogue lock depends on it, and writes the words, the state of
the conversation and the fact that upper rooms react to in one transaction: what was answered with success is kept.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm.business.models import User
from crm.business.queries import business
from crm.contacts.actions import hold, touch
from crm.contacts.models import Contact
from crm.dialogue import queries
from crm.dialogue.actions.answering import answer_by_itself
from crm.dialogue.actions.clocking import follow
from crm.dialogue.actions.closed import tell_closed
from crm.dialogue.actions.queue import Draft
from crm.dialogue.chat import way_to_reply
from crm.dialogue.faq import Match, matches
from crm.dialogue.merging import MERGED
from crm.dialogue.models import Callout, ChatLine, ChatVisit, Conversation, Handout, Message, Subject
from crm.dialogue.scheduled import hold_scheduled
from crm.dialogue.streams import STREAM
from crm.dialogue.wishes import wants_person
from crm.events.actions import Fact, derive
from engage.lib import ids, live, sql
from engage.lib.patience import patient
from engage.lib.spoken import speak

State = Conversation.State
REPLIED = "Message Replied"
MOST_WORDS = 500
"""So much of what was written goes into the fact that it was."""


TELL_AFTER = timedelta(minutes=1)
"""So long whoever has it in hand may look by themselves, before mail says that there are new words."""
_TELL = """
    INSERT INTO crm_dialogue_notice (message_id, colleague_id, due)
    SELECT %s, colleague_id, %s FROM crm_dialogue_noticewish WHERE colleague_id = %s
"""


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
    visit: ChatVisit | None = None,
    page: str = "",
    own: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> Message:
    """The customer's words come in: they continue the open conversation, or open one, and an answer is owed.

    `about` is the message of ours that they answer. `uid` makes it happen once: the same uid again gives the words
    that are there. `written_by` is the colleague who wrote down what they heard. `chosen` is what they said it is
    about, which becomes a fact of its own. `visit` is the chat that they were said in, `page` where it stood. `own` is
    what of the text is in their own words, where some of it is ours; `detail` says more of where it comes from.
    """
    uid = uid or ids.uuid7()
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        if known := Message.objects.filter(uid=uid, direction=Message.Direction.IN).first():
            return known
        opened = {"subject": chosen.label if chosen else subject, "about": about}
        conversation, blocked = _place(owner, recorded_for or contact.pk, channel, at, **opened)
        words = {"uid": uid, "channel": channel, "author": written_by, "subject": subject, "text": text, "at": at}
        message = came_in(
            conversation, owner, recorded_for or contact.pk, detail=_detail(about, page) | dict(detail or {}), **words
        )
        if visit:
            ChatLine.objects.create(message=message, visit=visit)
        if about:
            _tell_replied(conversation, about, at)
        if blocked:
            return _ignore(conversation, message, at)
        _hear(conversation, message, text if own is None else own, at)
        touch({owner: at})
        if chosen:
            _tell_subject(conversation, chosen, text, at)
        return message


def _detail(about: Message | None, page: str) -> dict[str, str]:
    known = {"about": str(about.uid) if about else "", "page": page}
    return {name: value for name, value in known.items() if value}


def came_in(conversation: Conversation, owner: int, recorded_for: int, **words: Any) -> Message:
    """A line of somebody's words. The contact must be held."""
    return Message.objects.create(
        contact_id=owner,
        recorded_for_id=recorded_for,
        direction=Message.Direction.IN,
        klass=Message.Class.CONVERSATION,
        conversation=conversation,
        state=Message.State.RECEIVED,
        **words,
    )


def draft_of(
    conversation: Conversation, owner: int, origin: str, occurrence: str, text: str, by: User, **more: Any
) -> Draft:
    """An answer in this conversation, as it is queued."""
    channel, address = way_to_reply(conversation)
    return Draft(
        contact=owner,
        recorded_for=conversation.recorded_for_id,
        klass=Message.Class.CONVERSATION,
        lane=Message.Lane.INTERACTIVE,
        origin=origin,
        occurrence=occurrence,
        subject=_answered(conversation),
        text=text,
        channel=channel,
        address=address,
        conversation=conversation.pk,
        author=by.pk,
        **more,
    )


def stand(
    conversation: Conversation,
    state: str,
    *,
    moved: datetime | None = None,
    owed: datetime | None = None,
    **changes: object,
) -> None:
    """Put the conversation into a state, at `moved` or when who moved it spoke, and tell the pages. `owed` is since
    when they wait for an answer, where that was before. The contact must be held."""
    for name, value in {"state": state, **changes}.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=["state", *changes])
    follow([conversation], at=moved, owed=owed)
    live.publish(STREAM, {"conversation": conversation.uid})


def _place(owner: int, recorded_for: int, channel: str, at: datetime, **opened: object) -> tuple[Conversation, bool]:
    """Where new words belong, and whether we do not answer who says them."""
    blocked = queries.is_blocked(owner)
    known = queries.ignored_conversation_of(owner) if blocked else queries.open_conversation_of(owner)
    return known or _open(owner, recorded_for, channel, at, quiet=blocked, **opened), blocked


def _ignore(conversation: Conversation, message: Message, at: datetime) -> Message:
    stand(conversation, State.DONE, last_customer=at, closed=at, spam=at)
    return message


def _hear(conversation: Conversation, message: Message, own: str, at: datetime) -> None:
    """What the words ask for: a person; a question of our list, that answers itself where it may; else an answer. What
    was to leave later is held; whoever has it in hand is told, if they wish."""
    wanted = {"person_wanted": conversation.person_wanted or at} if wants_person(own) else {}
    asked = message.recognised = next(iter(matches(own)), None) if not wanted else None
    held = hold_scheduled(conversation)
    answered = asked is not None and answer_by_itself(conversation, message, asked, at=at)
    ours = {"last_staff": at} if answered or (held and (conversation.last_staff or at) > at) else {}
    begins = conversation.last_customer is None or conversation.state != State.NEEDS_ANSWER
    state = State.WAITING if answered else State.NEEDS_ANSWER
    stand(conversation, state, last_customer=at, snoozed_until=None, **wanted, **ours)
    if conversation.assignee_id and not answered:
        sql.run(_TELL, [message.pk, at + TELL_AFTER, conversation.assignee_id])
    if begins and not answered and message.author_id is None:
        Callout.objects.bulk_create([Callout(conversation=conversation.pk)], ignore_conflicts=True)
    if not answered:
        give_away(conversation)
    if not answered:
        tell_closed(conversation, message, at=at)
    if wanted:
        derive_about(conversation, "Person Wanted", at)
    if asked and asked.sure:
        _tell_recognised(conversation, asked, own, at)


def give_away(conversation: Conversation) -> None:
    """To be given to a colleague in turn, where the owner wishes it and nobody has it in hand."""
    if business().hands_out and not conversation.assignee_id:
        Handout.objects.bulk_create([Handout(conversation=conversation.pk)], ignore_conflicts=True)


def _open(
    owner: int, recorded_for: int, channel: str, at: datetime, *, quiet: bool = False, **fields: object
) -> Conversation:
    conversation = Conversation.objects.create(
        contact_id=owner, recorded_for_id=recorded_for, channel=channel, opened=at, **fields
    )
    if not quiet:
        derive_about(conversation, "Conversation Opened", at)
    return conversation


def _tell_subject(conversation: Conversation, chosen: Subject, text: str, at: datetime) -> None:
    said = {"subject": chosen.key, "label": chosen.label, "words": text[:MOST_WORDS]}
    derive_about(conversation, "Enquiry Received", at, **said)


def _tell_recognised(conversation: Conversation, asked: Match, own: str, at: datetime) -> None:
    said = {"faq": str(asked.entry.uid), "label": asked.entry.question, "words": own[:MOST_WORDS]}
    derive_about(conversation, "Question Recognised", at, **said)


def _tell_replied(conversation: Conversation, about: Message, at: datetime) -> None:
    """Who answers a message answers what went inside it too: a fact for each."""
    inside = list(about.parts.filter(why=MERGED))
    answered = [message.pk for message in (about, *inside)]
    Message.objects.filter(pk__in=answered, replied=None).update(replied=at)
    derive_about(conversation, REPLIED, at, message=str(about.uid), origin=about.origin)
    for message in inside:
        of = str(message.uid)
        derive_about(conversation, REPLIED, at, of=f":{of}", message=of, origin=message.origin)


def derive_about(conversation: Conversation, name: str, at: datetime, *, of: str = "", **properties: object) -> None:
    """The fact that something happened to a conversation, for triggers and waits. `of` tells several of one moment
    apart."""
    fact = Fact(
        contact=conversation.contact_id,
        recorded_for=conversation.recorded_for_id,
        name=name,
        at=at,
        message_id=f"{name.split()[-1].lower()}:{conversation.uid}:{at.isoformat()}{of}",
        properties={"conversation": str(conversation.uid), "channel": conversation.channel, **properties},
    )
    derive([fact], cause=f"conversation:{conversation.uid}")


def _answered(conversation: Conversation) -> str:
    """The subject of an answer, in the customer's language."""
    with speak(conversation.contact.language, business().language):
        return _("Re: %(subject)s") % {"subject": conversation.subject} if conversation.subject else _("Your message")
