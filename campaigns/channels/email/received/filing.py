"""Where a mail goes that came in: to the conversation with its writer, beside one, or aside.

Whose words they are is decided by who may know: an address of ours that stands in one message only, a Message-ID that
went to one person, and the address that it says to come from. Only where that address is proved to be a person's own
are they that person's words.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.channels import stopping
from campaigns.channels.email.received import kinds, letters, matching, stripping
from campaigns.channels.email.received.confirming import confirm
from campaigns.channels.email.received.letters import Letter
from campaigns.channels.email.received.parts import TooManyParts
from campaigns.channels.email.received.places import is_own
from crm.contacts.actions import erased_since, hold
from crm.contacts.models import Contact
from crm.dialogue.actions import keep_mail, meet_stranger, say, say_as_stranger, say_beside
from crm.dialogue.actions.notices import ByMail, answer_by_mail
from crm.dialogue.models import Attachment, Conversation, Mail, Message
from engage.lib.belts import PASSING

log = logging.getLogger(__name__)

CHANNEL = "email"
MOST_SHOWN = 50_000
Kind = Mail.Kind


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as it was accepted: when, by which way, and the message of ours whose address it came to;
    whether its shape says that a machine wrote it; `answer` is the tag of a notice that a colleague answers."""

    raw: bytes
    at: datetime
    source: str = ""
    message: UUID | None = None
    by_machine: bool = False
    answer: str = ""


def file(arrival: Arrival) -> None:
    """Keep it, once, and hand the words on. What cannot be read stands where a colleague sees it. In the caller's
    transaction."""
    try:
        letter = letters.read(arrival.raw)
    except PASSING:
        raise
    except TooManyParts:
        keep_unread(arrival, "too_many_parts")
    except (Exception, RecursionError) as error:  # as many errors as there are ways to break a mail
        log.warning("a mail could not be read: %s", type(error).__name__)
        keep_unread(arrival, "broken")
    else:
        if letter.author is None:
            keep_unread(arrival, "nobody", letter)
        else:
            _file(letter, arrival)


def keep_unread(arrival: Arrival, why: str, letter: Letter | None = None) -> None:
    _kept(letter, arrival, Kind.UNREAD, why=why)


def _file(letter: Letter, arrival: Arrival) -> None:
    if arrival.answer:
        _answer(letter, arrival)
        return
    assert letter.author
    hold(keys=[letter.author])
    if erased_since(letter.author.value, arrival.at):
        log.info("a mail was dropped: whoever wrote it was erased since it came")
        return
    about = matching.about(letter, arrival.message)
    theirs = about is not None and matching.is_theirs(about, letter)
    owner = about.contact if about and theirs else matching.owner(letter)
    kind = _kind(letter, arrival, answers_ours=theirs)
    shown = stripping.shown(letter.text)[:MOST_SHOWN]
    asks = kind == Kind.LETTER and not letter.files and stopping.is_stop(stripping.bare(shown))
    leaver = about.contact if about and arrival.message else owner
    if asks and leaver:
        if _kept(letter, arrival, Kind.STOP, contact=leaver):
            _stop(leaver, letter, arrival, about if arrival.message else None)
        return
    mail = _kept(letter, arrival, kind, contact=owner)
    if mail is None or kind != Kind.LETTER:
        return
    if shown != letter.text:
        mail.detail["more"] = True
    message = _said(letter, arrival, shown, owner, about if theirs else None, beside=None if theirs else about)
    _settle(mail, message, letter, about, theirs=theirs)


def _answer(letter: Letter, arrival: Arrival) -> None:
    """A colleague answers a notice: what they wrote is our answer. From any other address it stands aside."""
    assert letter.author
    told = ByMail.REFUSED
    if not (letter.forged or arrival.by_machine or kinds.is_automatic(letter.headers)):
        words = stripping.bare(stripping.shown(letter.text))
        told = answer_by_mail(sender=letter.author.value, tag=arrival.answer, text=words, uid=letter.uid, at=arrival.at)
    refused = told in (ByMail.REFUSED, ByMail.EMPTY)
    _kept(letter, arrival, Kind.UNREAD if refused else Kind.OWN, why="no_colleague" if refused else "")


def _kind(letter: Letter, arrival: Arrival, *, answers_ours: bool) -> str:
    if letter.author and is_own(letter.author.value):
        return Kind.OWN
    if arrival.by_machine or kinds.is_automatic(letter.headers):
        return Kind.AUTOMATIC
    if kinds.is_list(letter.headers) and not answers_ours:
        return Kind.LIST
    return Kind.LETTER


def _kept(
    letter: Letter | None, arrival: Arrival, kind: str, *, contact: Contact | None = None, why: str = ""
) -> Mail | None:
    mail = Mail(kind=kind, why=why, raw=arrival.raw, source=arrival.source, at=arrival.at, contact=contact)
    mail.recorded_for = contact
    if letter is None:
        mail.uid = letters.uid_of(arrival.raw)
        return keep_mail(mail)
    mail.uid, mail.subject, mail.header_id = letter.uid, letter.subject, letter.header_id
    mail.text, mail.has_html = letter.text, letter.has_html
    mail.sender = letter.author.value if letter.author else ""
    mail.detail = _detail(letter)
    files = [
        Attachment(
            position=file.position, name=file.name, content_type=file.content_type, size=file.size, inline=file.inline
        )
        for file in letter.files
    ]
    return keep_mail(mail, files)


def _detail(letter: Letter) -> dict[str, object]:
    author = letter.author.value if letter.author else ""
    said: dict[str, object] = {"name": letter.name, "to": letter.to[:20], "invitations": letter.invitations}
    said |= {"forged": letter.forged}
    said |= {"no_answer": not kinds.may_be_answered_by_a_machine(letter.headers, author)}
    return {key: value for key, value in said.items() if value}


def _said(
    letter: Letter, arrival: Arrival, shown: str, owner: Contact | None, about: Message | None, beside: Message | None
) -> Message:
    """The words in a conversation: the writer's own; only what answers an answer of ours stands in that one."""
    words: dict[str, Any] = {
        "text": shown or letter.subject,
        "channel": CHANNEL,
        "at": arrival.at,
        "uid": letter.uid,
    }
    if about:
        subject, recorded_for = about.subject[:200], about.recorded_for_id
        return say(contact=about.contact, about=about, subject=subject, recorded_for=recorded_for, **words)
    talk = _open_talk(beside)
    if owner and not (talk and talk.contact_id != owner.pk):
        return say(contact=owner, subject=letter.subject[:200], **words)
    assert letter.author
    name = letter.name or letter.author.value
    if talk:
        other = owner or meet_stranger(name=name, address=letter.author, at=arrival.at)
        return say_beside(conversation=talk, contact=other, subject=letter.subject, **words)
    return say_as_stranger(name=name, address=letter.author, subject=letter.subject[:200], **words)


def _open_talk(beside: Message | None) -> Conversation | None:
    """The conversation in which we said this, if it is not done."""
    if beside is None or beside.conversation_id is None:
        return None
    return Conversation.objects.filter(pk=beside.conversation_id).exclude(state=Conversation.State.DONE).first()


def _settle(mail: Mail, message: Message, letter: Letter, about: Message | None, *, theirs: bool) -> None:
    """Its words are known, and where else they may belong."""
    detail = dict(mail.detail)
    if about and not theirs:
        detail["answers"] = str(about.uid)
    if not about and not letter.forged:
        detail["unproved"] = True
    Mail.objects.filter(pk=mail.pk).update(
        message=message,
        contact=message.contact_id,
        recorded_for=message.recorded_for_id,
        detail=detail,
        suggested=matching.suggested(message, letter, about if theirs else None),
    )


def _stop(contact: Contact, letter: Letter, arrival: Arrival, about: Message | None) -> None:
    """Obeyed at once; confirmed once, where anything was permitted. Whoever holds a message may stop what it came
    with, as by its link."""
    source = f"mail:{letter.uid}"
    lost = stopping.withdraw(contact=contact, channel=CHANNEL, words=letter.text, source=source, at=arrival.at)
    address = about.address if about else letter.author.value if letter.author else ""
    if lost and address:
        confirm(contact=contact, address=address, once=str(letter.uid), at=arrival.at)
