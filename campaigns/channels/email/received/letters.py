"""A mail that came in, read once: who says to have written it, what it answers, its words and its files."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message as Part
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from inscriptis import get_text

from campaigns.channels.email.received import invitations, parts
from campaigns.channels.email.received.parts import File
from crm.contacts import normal
from crm.contacts.normal import IdentityKey
from engage.lib import plain

MOST_WORDS = 2_000_000
MOST_HTML = 4_000_000
MOST_FILES = 100
MOST_REFERENCES = 50
_IDS = re.compile(r"<[^<>\s]{1,250}>")
_FAILED = re.compile(r"\bdmarc=fail\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """`author` is None where From names nobody. `answers` are the Message-IDs that it says to answer, nearest first.
    `forged`: the server that took it says that From is not who sent it."""

    uid: UUID
    author: IdentityKey | None
    name: str
    subject: str
    header_id: str
    answers: list[str]
    to: list[str]
    text: str
    has_html: bool
    files: list[File]
    invitations: list[dict[str, str]]
    forged: bool
    dated: datetime | None = None
    headers: Part = field(default_factory=Part, repr=False)


def read(raw: bytes) -> Letter:
    """Raises whatever a parser makes of what a stranger sent."""
    mail = parts.parsed(raw)
    leaves = parts.leaves(mail)
    words, html = _words(leaves)
    files = list(parts.files(leaves))[:MOST_FILES]
    name, address = parseaddr(" ".join(parts.raw_header(mail, "From").split()))
    author = normal.email(address)
    header_id = next(iter(_ids(mail, "Message-ID")), "")
    return Letter(
        uid=_uid(raw, header_id, words, files),
        author=author,
        name=parts.decoded(name)[:120],
        subject=parts.header(mail, "Subject")[:300],
        header_id=header_id,
        answers=_answers(mail),
        to=recipients(mail),
        text=words,
        has_html=html,
        files=files,
        invitations=[one for part in leaves if part.get_content_type() == "text/calendar" for one in _calendar(part)],
        forged=any(_FAILED.search(str(value)) for value in mail.get_all("Authentication-Results", [])),
        dated=_dated(mail),
        headers=mail,
    )


def recipients(mail: Part) -> list[str]:
    """Whom it came to: as the servers say that delivered it, then as its writer says."""
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To", "To", "Cc")
    named = [str(value) for name in names for value in mail.get_all(name, [])]
    return list(dict.fromkeys(address for _, address in getaddresses(named) if address))[:200]


def html_of(raw: bytes) -> tuple[str, list[Part]]:
    """The HTML of a mail, "" without any, and all of its parts, for the pictures that stand in it."""
    leaves = parts.leaves(parts.parsed(raw))
    found = [parts.text_in(part) for part in leaves if part.get_content_type() == "text/html" and parts.is_words(part)]
    return "\n".join(found)[:MOST_HTML], leaves


def _words(leaves: list[Part]) -> tuple[str, bool]:
    """All words, quoted ones too: the plain text where there is some, else that of the HTML."""
    readable = [part for part in leaves if parts.is_words(part)]
    texts = [parts.text_in(part) for part in readable if part.get_content_type() == "text/plain"]
    html = "\n".join(parts.text_in(part) for part in readable if part.get_content_type() == "text/html")
    text = "\n".join(texts)
    if not text.strip() and html.strip():
        text = get_text(html[:MOST_HTML])
    return plain.lines(text[:MOST_WORDS]).strip(), bool(html.strip())


def _uid(raw: bytes, header_id: str, words: str, files: list[File]) -> UUID:
    """The same mail again is the same words, by whichever way it came; another with its Message-ID is another."""
    if not header_id:
        return uid_of(raw)
    held = [" ".join(words.split()), *(f"{file.name}:{file.size}" for file in files)]
    return uuid5(NAMESPACE_URL, f"mail:{header_id}:{sha256('\n'.join(held).encode()).hexdigest()}")


def uid_of(raw: bytes) -> UUID:
    """Of a mail that says nothing by which it could be known again."""
    return uuid5(NAMESPACE_URL, f"mail:{sha256(raw).hexdigest()}")


def _answers(mail: Part) -> list[str]:
    references = _ids(mail, "References")[::-1]
    return list(dict.fromkeys([*_ids(mail, "In-Reply-To"), *references]))[:MOST_REFERENCES]


def _ids(mail: Part, name: str) -> list[str]:
    return [found for value in mail.get_all(name, []) for found in _IDS.findall(str(value)[:20_000])]


def _dated(mail: Part) -> datetime | None:
    try:
        said = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def _calendar(part: Part) -> list[dict[str, str]]:
    return invitations.read(parts.content(part))
