"""What a mail answers, and whose words it holds."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from campaigns.channels.email.received.letters import Letter
from crm.contacts.models import Contact, Identity
from crm.dialogue.models import Conversation, Message

SUGGESTED_FOR = timedelta(days=14)
_REPLY: tuple[str, ...] = ("re:", "aw:", "sv:", "antw:", "rv:", "fwd:", "fw:", "wg:", "tr:")
_REPLY += ("回复:", "回复：", "答复:", "答复：", "转发:", "转发：")


def about(letter: Letter, named: UUID | None) -> Message | None:
    """The message of ours that it answers: that of the address it came to, else by Message-ID, the nearest first."""
    ours = _ours()
    if named and (found := ours.filter(uid=named).first()):
        return found
    if not letter.answers:
        return None
    known = {message.header_id: message for message in ours.filter(header_id__in=letter.answers)}
    return next((known[header_id] for header_id in letter.answers if header_id in known), None)


def is_theirs(message: Message, letter: Letter) -> bool:
    """Whether who got the message wrote the letter."""
    if letter.author is None or letter.forged:
        return False
    if letter.author.value == message.address.lower():
        return True
    return _proved(letter.author.value).filter(contact=message.contact_id).exists()


def owner(letter: Letter) -> Contact | None:
    """Whose address it comes from, unless the server that took it says that it does not."""
    if letter.author is None or letter.forged:
        return None
    found = _proved(letter.author.value).filter(contact__erased=None).select_related("contact").first()
    return found.contact if found else None


def suggested(message: Message, letter: Letter, about: Message | None) -> Conversation | None:
    """An earlier conversation with the same person that these words may go on with: the one of what they answer, else
    one with the same subject."""
    if message.conversation_id is None or message.conversation.messages.exclude(pk=message.pk).exists():  # type: ignore[union-attr]
        return None
    others = Conversation.objects.filter(contact=message.contact_id).exclude(pk=message.conversation_id)
    answered = [] if about is None else [about.pk]
    named = Q(messages__in=answered) | Q(messages__mail__header_id__in=letter.answers)
    if found := others.filter(named).order_by("-opened").first():
        return found
    since = message.at - SUGGESTED_FOR
    recent = others.filter(Q(last_customer__gte=since) | Q(last_staff__gte=since) | Q(opened__gte=since))
    wanted = same_subject(letter.subject)
    for other in recent.order_by("-opened")[:20] if wanted else ():
        if same_subject(other.subject) == wanted:
            return other
    return None


def same_subject(subject: str) -> str:
    """Without the prefixes of answers, so that two of one matter are equal."""
    said = subject.strip().casefold()
    while prefix := next((one for one in _REPLY if said.startswith(one)), ""):
        said = said.removeprefix(prefix).strip()
    return said


def _ours() -> QuerySet[Message]:
    out = Message.objects.filter(direction=Message.Direction.OUT, contact__erased=None)
    return out.select_related("contact")


def _proved(address: str) -> QuerySet[Identity]:
    return Identity.objects.filter(kind=Identity.Kind.EMAIL, value=address).exclude(proof=Identity.Proof.CLAIM)
