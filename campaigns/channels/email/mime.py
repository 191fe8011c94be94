"""The bytes of a mail: multipart/alternative, quoted-printable, CRLF, ASCII headers.

The static pieces of a skeleton are encoded once; a mail costs its slots and a few joins. The boundary can be constant:
quoted-printable never holds `=_`.
"""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

import idna

from campaigns.channels.email.domain.dkim import Signer
from campaigns.channels.skeleton import Part, Skeleton, with_tail

_BOUNDARY = b"=_engage_alternative"
_PART = (
    b'\r\nContent-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
    b"Content-Disposition: inline\r\n\r\n"
)
_HEAD = (
    b'\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="'
    + _BOUNDARY
    + b'"\r\n\r\n--'
    + _BOUNDARY
    + _PART % b"plain"
)
_HTML = b"\r\n--" + _BOUNDARY + _PART % b"html"
_END = b"\r\n--" + _BOUNDARY + b"--\r\n"
_SOFT_BREAK = b"=\r\n"
_LINE = 75
_PLAIN_SLOT = 300  # characters up to which looking for plain ASCII is cheaper than encoding
_PLAIN_LENGTH = 66
_WORD_BYTES = 39  # of UTF-8 in one encoded word, so that a line with it stays within 76 characters (RFC 2047)
_NEVER_IN_ADDRESSES = re.compile(r"[\x00-\x20<>\x7f]")
_SPECIALS = frozenset('()<>[]:;@\\,."')


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address with the name shown for it; the domain may be international."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, before it is bytes. `at` is aware. `unsubscribe_url` takes a one-click POST (RFC 8058);
    `automated` marks what no person wrote (RFC 3834); `in_reply_to` and `message_id` come in angle brackets.
    Bounces go to `return_path`, else to the sender. `tail` is markup that goes at the end of the HTML part. `signer`
    signs what we hand to a mail server ourselves."""

    skeleton: Skeleton
    slots: Sequence[str]
    sender: Address
    to: Address
    message_id: str
    at: datetime
    reply_to: str = ""
    unsubscribe_url: str = ""
    automated: bool = True
    in_reply_to: str = ""
    return_path: str = ""
    tail: str = ""
    signer: Signer | None = None


class BadAddress(ValueError):
    """No mail can go there; trying again cannot help."""

    permanent = True


def compose(letter: Letter) -> bytes:
    """The mail, without dot-stuffing. Raises BadAddress."""
    lines = [
        _from(letter.sender) + b"\r\nTo: " + mailbox(letter.to),
        b"Subject: " + header_text(letter.skeleton.subject_line(letter.slots)),
        *(f"{name}: {value}".encode() for name, value in header_lines(letter)),
    ]
    if letter.reply_to:
        lines.append(b"Reply-To: " + mailbox(Address(letter.reply_to)))
    mold = _mold(letter.skeleton)
    plain = [_quoted(slot) for slot in letter.slots]
    marked = [
        quoted if shown == slot else _quoted(shown)
        for slot, shown, quoted in zip(letter.slots, letter.skeleton.markup(letter.slots), plain, strict=True)
    ]
    text, html = mold.text.fill(plain), mold.html.fill([*marked, _quoted(letter.tail)])
    return b"".join((b"\r\n".join(lines), _HEAD, text, _HTML, html, _END))


def header_lines(letter: Letter) -> Iterator[tuple[str, str]]:
    """Names and values of the headers beside From, To, Subject and Reply-To."""
    yield "Date", _date(int(letter.at.timestamp()))
    yield "Message-ID", _token(letter.message_id)
    if letter.in_reply_to:
        yield "In-Reply-To", _token(letter.in_reply_to)
        yield "References", _token(letter.in_reply_to)
    if letter.unsubscribe_url:
        yield "List-Unsubscribe", f"<{_token(letter.unsubscribe_url)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    if letter.automated:
        yield "Auto-Submitted", "auto-generated"


def message_id(unique: str, domain: str) -> str:
    return f"<{unique}@{ascii_domain(domain)}>"


def ascii_address(email: str) -> str:
    """The address as SMTP takes it: the domain in its ASCII form. Raises BadAddress."""
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or _NEVER_IN_ADDRESSES.search(email):
        raise BadAddress(email)
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise BadAddress(domain) from error


def header_text(text: str) -> bytes:
    """A subject or a name as header text: itself, or encoded words (RFC 2047) where it is long or not plain."""
    plain = text.isascii() and text.isprintable() and len(text) <= _PLAIN_LENGTH and "=?" not in text
    if plain and text == text.strip():
        return text.encode()
    return b"\r\n ".join(b"=?utf-8?b?" + b2a_base64(word, newline=False) + b"?=" for word in _words(text))


def mailbox(address: Address) -> bytes:
    """`Name <address>`. Raises BadAddress."""
    email = ascii_address(address.email).encode()
    if not address.name:
        return email
    name = header_text(address.name)
    if not name.startswith(b"=?") and not _SPECIALS.isdisjoint(address.name):
        name = b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return name + b" <" + email + b">"


@lru_cache(maxsize=16)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))


@lru_cache(maxsize=64)
def _from(sender: Address) -> bytes:
    return b"From: " + mailbox(sender)


def _words(text: str) -> list[bytes]:
    """UTF-8 in pieces of at most _WORD_BYTES that cut no character."""
    data = text.encode("utf-8", "replace")
    words, start = [], 0
    while start < len(data):
        end = min(start + _WORD_BYTES, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(data[start:end])
        start = end
    return words


def _token(value: str) -> str:
    """A header value made by us; raises ValueError if anything could end the line or stands outside ASCII."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("not a header token")
    return value


class _Mold:
    """A part whose static pieces are quoted-printable already. Each piece, static or slot, begins on a new line after
    a soft line break, so that none depends on the others."""

    def __init__(self, part: Part) -> None:
        self.statics = [_quoted(text) for text in part.statics]
        self.order = part.order

    def fill(self, quoted: Sequence[bytes]) -> bytes:
        pieces = [b""] * (len(self.statics) + len(self.order))
        pieces[::2] = self.statics
        pieces[1::2] = [quoted[number] for number in self.order]
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class _Molds:
    html: _Mold
    text: _Mold


@lru_cache(maxsize=512)
def _mold(skeleton: Skeleton) -> _Molds:
    return _Molds(_Mold(with_tail(skeleton.html)), _Mold(skeleton.text))


def _quoted(text: str) -> bytes:
    if not text:
        return b""
    if len(text) < _PLAIN_SLOT and text.isascii() and text.isprintable() and "=" not in text:
        lines = text if len(text) < _LINE else "=\r\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
        return lines.encode() + _SOFT_BREAK
    return b2a_qp(text.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n") + _SOFT_BREAK
