"""An automatic answer from the business's own questions and answers, where the owner allows it.

Never two in one conversation, never once they asked for a person, never where a colleague has taken over, and one a day
to one person at most. It says where it comes from and leads to a person.
"""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.contacts.models import Identity
from crm.dialogue import queries
from crm.dialogue.actions.placing import put_in_chat
from crm.dialogue.actions.queue import Draft, queue
from crm.dialogue.actions.turns import ANSWERED, CLOSED, answer_once_a_day, may_answer_automatically
from crm.dialogue.chat import CHANNEL as CHAT
from crm.dialogue.chat import chat_of
from crm.dialogue.expecting import when_answered
from crm.dialogue.faq import Match
from crm.dialogue.links import answered_url
from crm.dialogue.models import Conversation, FaqEntry, Mail, Message
from engage.lib.spoken import speak

BY_ITSELF = {"email": Identity.Kind.EMAIL, "sms": Identity.Kind.PHONE}
"""The channels on which an answer can go back the way the words came, and what must be proved for it."""


def answer_by_itself(conversation: Conversation, message: Message, match: Match, *, at: datetime) -> bool:
    """Queue the answer to words that just came in, if it may be. The contact must be held. Five queries at most."""
    entry, owner = match.entry, conversation.contact_id
    if not (match.sure and may_answer(entry)):
        return False
    if conversation.person_wanted or conversation.assignee_id or _silent(conversation):
        return False
    if not (way := _way_in_chat(conversation, message, at) or way_by_itself(message, owner, at)):
        return False
    for key in queue([_draft(conversation, message, entry, *way, at)], at=at):
        put_in_chat(key, *way)
    return True


def _way_in_chat(conversation: Conversation, message: Message, at: datetime) -> tuple[str, str] | None:
    """There it goes nowhere but before who asks, so that nothing needs to be proved; asking takes the turn. Two queries
    at most."""
    visit = chat_of(conversation) if message.channel == CHAT else None
    return (CHAT, str(visit.uid)) if visit and answer_once_a_day(address=str(visit.uid), at=at) else None


def way_by_itself(message: Message, owner: int, at: datetime) -> tuple[str, str] | None:
    """The channel and the proved address by which something may answer these words without a colleague; asking takes
    the turn. Five queries at most."""
    if message.author_id or message.channel not in BY_ITSELF:
        return None
    channel, address = queries.way_to_answer(owner, message.channel)
    proved = Identity.objects.filter(contact=owner, kind=BY_ITSELF[message.channel], value=address).exclude(proof="")
    if channel != message.channel or not proved.exists() or not _take_turn(message, address, at):
        return None
    return channel, address


def may_answer(entry: FaqEntry) -> bool:
    """Whether the owner allows it, of this answer and at all."""
    return entry.automatic and business().answers_by_itself


def _silent(conversation: Conversation) -> bool:
    """Whether a colleague spoke in it, or an automatic answer is there. One query."""
    ours = conversation.messages.filter(direction=Message.Direction.OUT)
    by_itself = Q(origin__startswith=ANSWERED) | Q(origin__startswith=CLOSED)
    return ours.filter(by_itself | Q(author__isnull=False)).exists()


def _take_turn(message: Message, address: str, at: datetime) -> bool:
    """Two queries at most."""
    mail = Mail.objects.filter(uid=message.uid).only("kind", "detail", "sender").first()
    return may_answer_automatically(mail=mail, at=at) if mail else answer_once_a_day(address=address, at=at)


def _draft(
    conversation: Conversation, message: Message, entry: FaqEntry, channel: str, address: str, at: datetime
) -> Draft:
    return Draft(
        contact=conversation.contact_id,
        recorded_for=conversation.recorded_for_id,
        klass=Message.Class.CONVERSATION,
        lane=Message.Lane.INTERACTIVE,
        origin=f"{ANSWERED}{entry.uid}",
        occurrence=str(message.uid),
        subject=entry.question,
        text=_text(entry, "" if channel == CHAT else answered_url(conversation.uid, entry.uid), at),
        channel=channel,
        address=address,
        conversation=conversation.pk,
    )


def _text(entry: FaqEntry, url: str, at: datetime) -> str:
    """With the way to a person, but in the chat, where it is a button."""
    with speak(entry.language):
        source = _("This comes by itself from our questions and answers: “%(question)s”.")
        person = _("It did not help? Ask a person: %(url)s")
        way = person % {"url": url} if url else ""
        said = [entry.answer, source % {"question": entry.question}, way, when_answered(at).text]
        return "\n\n".join(filter(None, said))
