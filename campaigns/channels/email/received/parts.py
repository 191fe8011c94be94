"""A mail as its parts: text in any charset, files by their place among them.

Nothing is unpacked but the encodings of mail itself, and a mail within a mail is a file.
"""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Part

from crm.events.reading import clean
from engage.lib import plain

MOST_PARTS = 500
_WIDER = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "x-sjis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
    "windows-874": "cp874",
}
"""What programs write where the name of a smaller charset stands."""
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})


class TooManyParts(ValueError):
    """More than anybody means to send."""


@dataclass(frozen=True, slots=True)
class File:
    """A part that is shown as a file. `position` is its place among the parts; `cid` is how the HTML names it."""

    position: int
    name: str
    content_type: str
    size: int
    cid: str
    inline: bool


def parsed(raw: bytes) -> Part:
    return message_from_bytes(raw)


def leaves(mail: Part) -> list[Part]:
    """The parts that hold something, in order. Raises TooManyParts."""
    found: list[Part] = []
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        inner = _inner(part)
        if inner is None:
            found.append(part)
        else:
            waiting.extend(reversed(inner))
        if len(found) + len(waiting) > MOST_PARTS:
            raise TooManyParts
    return found


def header(mail: Part, name: str) -> str:
    """One header, decoded, on one line; the first where there are several."""
    return decoded(raw_header(mail, name))


def raw_header(mail: Part, name: str) -> str:
    """As it was sent, also where it holds more than ASCII."""
    value = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    return value if value.isascii() else _decoded(value.encode("utf-8", "surrogateescape"), "utf-8")


def decoded(value: str) -> str:
    with suppress(HeaderParseError, LookupError, ValueError):
        value = str(make_header(decode_header(value)))
    return plain.line(clean(value))


def text_in(part: Part) -> str:
    data = content(part)
    named = str(part.get_content_charset("utf-8") or "utf-8").lower()
    return clean(_decoded(data, named))


def content(part: Part) -> bytes:
    """The bytes of a part; of a mail within the mail, that mail."""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    whole = inner[0] if isinstance(inner, list) and inner else None
    return whole.as_bytes() if isinstance(whole, Part) else b""


def is_words(part: Part) -> bool:
    """Text that its sender meant to be read with the mail, rather than as a file."""
    disposition = part.get_content_disposition()
    return part.get_content_type() in {"text/plain", "text/html"} and disposition != "attachment" and not _name(part)


def files(parts: list[Part]) -> Iterator[File]:
    for position, part in enumerate(parts):
        kind = part.get_content_type()
        if is_words(part) or kind == "message/delivery-status":
            continue
        data = content(part)
        cid = str(part.get("Content-ID", "")).strip(" <>")[:200]
        inline = part.get_content_maintype() == "image" and bool(cid) and part.get_content_disposition() != "attachment"
        name = plain.file_name(_name(part), otherwise=_otherwise(part))
        yield File(position, name, plain.line(kind)[:127], len(data), cid, inline)


def _inner(part: Part) -> list[Part] | None:
    """None for a leaf."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        return None
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Part)] if isinstance(payload, list) else None


def _name(part: Part) -> str:
    try:
        name = part.get_filename("")
    except (ValueError, LookupError, TypeError):
        return "file"
    with suppress(HeaderParseError, LookupError, ValueError):
        name = str(make_header(decode_header(str(name))))
    return clean(str(name))


def _otherwise(part: Part) -> str:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return plain.file_name(f"{header(_held(part), 'Subject') or 'mail'}.eml", otherwise="mail.eml")
    if kind == "text/calendar":
        return "invitation.ics"
    if kind == "application/ms-tnef":
        return "winmail.dat"
    return f"file.{plain.file_name(part.get_content_subtype(), otherwise='bin')[:20]}"


def _held(part: Part) -> Part:
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    return first if isinstance(first, Part) else Part()


def _decoded(data: bytes, named: str) -> str:
    """What cannot be in the charset that is named is in another; a few broken bytes are shown as such."""
    for charset in (_WIDER.get(named, named), "utf-8"):
        try:
            if codecs.lookup(charset).name.replace("-", "_") not in _NO_CHARSETS:
                return data.decode(charset)
        except (LookupError, UnicodeError):
            continue
    text = data.decode("utf-8", "replace")
    broken, foreign = text.count("\ufffd"), sum(1 for byte in data if byte > 127)
    return data.decode("cp1252", "replace") if 2 * broken > foreign else text
