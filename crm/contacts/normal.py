"""How an identity is written, so that the same address is the same row."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import phonenumbers

MAX_LENGTH = 255
MOST_BEFORE = 4 * MAX_LENGTH  # composing makes one character of four at most
_EMAIL = re.compile(r"[^\s@<>,;:\"\x00-\x1f]+@[^\s@<>,;:\"\x00-\x1f]+\.[^\s@<>,;:\".\x00-\x1f]{2,}")
_DIALLED = re.compile(r"[\d\s()+./-]+")


DEVICES = ("anonymous", "push")
"""Kinds of identity that tell a device, and nothing of who holds it."""


class IdentityKey(NamedTuple):
    kind: str
    value: str


def identity(kind: str, value: object, *, country: str = "GB") -> IdentityKey | None:
    """The normal form, or None where the value cannot be an identity of this kind."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return _identity(kind, text, country) if len(text) <= MOST_BEFORE else None


@lru_cache(maxsize=4096)
def _identity(kind: str, text: str, country: str) -> IdentityKey | None:
    """Whoever does one thing does several."""
    text = unicodedata.normalize("NFC", text)
    if not text or len(text) > MAX_LENGTH or "\x00" in text or not text.isprintable():
        return None
    match kind:
        case "email":
            return email(text)
        case "phone":
            return phone(text, country)
        case _:
            return IdentityKey(kind, text)


def email(text: str) -> IdentityKey | None:
    """Lower case, whole address: two spellings of one mailbox are one identity."""
    return IdentityKey("email", text.lower()) if _EMAIL.fullmatch(text) else None


def phone(text: str, country: str) -> IdentityKey | None:
    """E.164, read as dialled in `country`."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return IdentityKey("phone", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def digits(text: str) -> str:
    """The digits of a number or a part of one, without the zeros that only stand before it at home; '' for words."""
    if not _DIALLED.fullmatch(text):
        return ""
    return phonenumbers.normalize_digits_only(text).lstrip("0")
