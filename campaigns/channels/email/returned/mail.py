"""What a mail says that came back: that another could not be delivered, that somebody complained, or that nobody reads
mail just now.

Only the shape of the mail and its words are read; whom it is about is said by the address that it came to, or by the
mail of ours that it holds, whose links are signed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import getaddresses

from campaigns.channels.email.returned.classify import classify, is_clear, telling_lines
from crm.dialogue.fold import Bounce

BOUNCE, COMPLAINT, AUTO_REPLY, DELAYED, LETTER = "bounce", "complaint", "auto_reply", "delayed", "letter"

_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list", "unsubscribe", "other", ""})
_NO_BOUNCE = frozenset({"delayed", "delivered", "relayed", "expanded"})
_ORIGINAL = re.compile(
    r"^(?:[-=_ >*]*(?:original message|this is a copy of|below this line is a copy|included is a copy|unsent message"
    r"|returned message|your (?:original )?message (?:follows|headers)|the header of the original"
    r"|message headers? follow)"
    r"|return-path:|received: |-{3,} ?the (?:header|body))",
    re.IGNORECASE | re.MULTILINE,
)
_BOUNCE_FROM = re.compile(
    r"mailer-daemon|postmaster|mail delivery|maildelivery|mail administrator|mdaemon", re.IGNORECASE
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|report|has failed|subsystem|error)|returned mail|failure notice"
    r"|mail (?:delivery )?fail|non.?deliver|could not be delivered|returned to sender|mail system error"
    r"|delivery problem",
    re.IGNORECASE,
)
_REPORTED_ABUSE = re.compile(
    r"(?:email|e-mail|mail) (?:abuse|feedback) report|complaint about message from", re.IGNORECASE
)
_WARNING = re.compile(
    r"this is a warning message only|you do not need to resend|delivery attempts will continue|will be retried",
    re.IGNORECASE,
)
_MOST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Returned:
    """What a mail is, why another came back if that is what it says, and the mail of ours that it holds: its
    Message-ID and the addresses for unsubscribing in it."""

    what: str
    bounce: Bounce | None = None
    message_id: str = ""
    links: list[str] = field(default_factory=list)


def read(raw: bytes, *, returned: bool) -> Returned:
    """What the mail says. `returned`: it came to an address that only mail of ours names as the way back, so that
    whatever is no answer of a machine or a person is about a failure. Never raises for what a stranger wrote."""
    mail = message_from_bytes(raw)
    held = _held(mail)
    if kind := _feedback(mail):
        return Returned(COMPLAINT if kind in _COMPLAINTS else AUTO_REPLY, None, *held)
    status = list(_delivery_status(mail))
    actions = {str(block.get("Action", "")).strip().lower() for block in status} - {""}
    if status and actions and actions <= _NO_BOUNCE:
        return Returned(DELAYED, None, *held)
    if not status and _WARNING.search(text_of(mail)[:_MOST_TEXT]):
        return Returned(DELAYED, None, *held)
    if status or _is_report(mail) or _looks_returned(mail, returned=returned):
        return Returned(BOUNCE, _why(mail, status), *held)
    if _is_auto_reply(mail):
        return Returned(AUTO_REPLY, None, *held)
    nobody = str(mail.get("Return-Path", "")).strip() == "<>"
    return Returned(BOUNCE, _why(mail, status), *held) if returned or nobody else Returned(LETTER)


def text_of(mail: Mail) -> str:
    """The words of the mail itself, without those of the mail that it returns."""
    return "\n".join(_decoded(part) for part in _own_parts(mail) if part.get_content_type() == "text/plain")


def recipients(mail: Mail) -> list[str]:
    """The addresses that the mail names as its receivers."""
    named = [value for name in ("To", "Cc", "Delivered-To", "X-Original-To") for value in mail.get_all(name, [])]
    return [address for _, address in getaddresses([str(value) for value in named]) if address]


def _why(mail: Mail, status: list[Mail]) -> Bounce:
    """The first of what is said that says why: the report's own diagnosis, the lines of servers, the whole text."""
    codes = " ".join(str(block.get("Status", "")).split("(")[0].strip() for block in status)
    diagnoses = [str(block.get("Diagnostic-Code", "")) for block in status]
    text = _ORIGINAL.split(text_of(mail)[:_MOST_TEXT], maxsplit=1)[0]
    html = "" if text.strip() else html_text_of(mail)
    said = [" ".join(diagnoses), "\n".join(telling_lines(text or html)), text or html]
    found = [classify(words, codes if number == 0 else "") for number, words in enumerate(said) if words.strip()]
    found.append(classify("", codes))
    clear = [bounce for bounce in found if is_clear(bounce)]
    return clear[0] if clear else found[0]


def _delivery_status(mail: Mail) -> Iterator[Mail]:
    """The blocks of a delivery report that are about receivers (RFC 3464)."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (block for block in _held_in(part) if block.get("Action") or block.get("Status"))


def _feedback(mail: Mail) -> str | None:
    """The kind of a feedback report (RFC 5965), or None if the mail is none."""
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = message_from_bytes(_bytes(part).lstrip())
            return str(fields.get("Feedback-Type", "")).strip().lower()
    hotmail = "staff@hotmail.com" in str(mail.get("From", "")).lower() and mail.get("X-HmXmrOriginalRecipient")
    return "abuse" if hotmail or _REPORTED_ABUSE.search(str(mail.get("Subject", ""))) else None


def _is_report(mail: Mail) -> bool:
    return mail.get_content_type() == "multipart/report" and "disposition" not in str(mail.get_param("report-type", ""))


def _looks_returned(mail: Mail, *, returned: bool) -> bool:
    """People write of what could not be delivered, too: a subject alone says it only at the address for returns."""
    sender, subject = str(mail.get("From", "")), str(mail.get("Subject", ""))
    failed = mail.get("X-Failed-Recipients") or _BOUNCE_FROM.search(sender)
    return bool(failed or (returned and _BOUNCE_SUBJECT.search(subject)))


def _is_auto_reply(mail: Mail) -> bool:
    """RFC 3834, and what those say who came before it."""
    automatic = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    older = any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    subject = str(mail.get("Subject", "")).lower()
    away = subject.startswith(("auto:", "automatic reply", "auto-reply", "autoreply", "out of office", "vacation"))
    quiet = str(mail.get("Precedence", "")).strip().lower() in {"auto_reply", "auto-reply"}
    return automatic == "auto-replied" or older or away or quiet


def _held(mail: Mail) -> tuple[str, list[str]]:
    """The Message-ID of the mail of ours that this one holds, and its links for unsubscribing."""
    for part in _inner(mail):
        links = re.findall(r"<([^<>\s]+)>", str(part.get("List-Unsubscribe", "")))
        if part.get("Message-ID") or links:
            return str(part.get("Message-ID", "")).strip(), links
    return "", []


def _inner(mail: Mail) -> Iterator[Mail]:
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield from _held_in(part)
        elif kind == "text/rfc822-headers":
            yield message_from_bytes(_bytes(part))


def _own_parts(mail: Mail) -> Iterator[Mail]:
    """The parts of a mail, but none of a mail that it holds."""
    if mail.get_content_maintype() == "message":
        return
    if mail.is_multipart():
        for part in _held_in(mail):
            yield from _own_parts(part)
    else:
        yield mail


def html_text_of(mail: Mail) -> str:
    """The words of a mail that has HTML only."""
    html = "\n".join(_decoded(part) for part in _own_parts(mail) if part.get_content_type() == "text/html")
    return re.sub(r"<[^<>]{0,2000}>", " ", html[:_MOST_TEXT])


def _decoded(part: Mail) -> str:
    data = _bytes(part)
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("latin-1")


def _bytes(part: Mail) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return b"\n".join(inner.as_bytes() for inner in _held_in(part))


def _held_in(part: Mail) -> list[Mail]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Mail)] if isinstance(payload, list) else []
