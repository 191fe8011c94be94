"""Codes: made here at random, or pasted from a till."""

import re
import secrets
from collections.abc import Collection

from engage.lib import plain

ALPHABET = "23456789CDFGHJKMNPQRTVWXY"
"""Nothing that is taken for another sign when it is read aloud or typed (0 O, 1 I L, 2 Z, 5 S, 8 B), and no vowels, so
that no word comes of it."""
SIGNS = 8
LONGEST = 40
_BETWEEN = re.compile(r"[\s,;]+")
_VISIBLE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")


def fresh(n: int, known: Collection[str] = ()) -> list[str]:
    """`n` new codes, none of them `known`: 37 bits of chance each."""
    found: dict[str, None] = {}
    while len(found) < n:
        code = "".join(secrets.choice(ALPHABET) for _sign in range(SIGNS))
        if code not in known:
            found[code] = None
    return list(found)


def pasted(text: str) -> tuple[list[str], list[str]]:
    """Codes as an owner pastes them, one a line or with commas, each once whatever its case; and what is none: longer
    than 40 signs, or of others than letters, digits and signs of ASCII."""
    codes, wrong = dict[str, str](), list[str]()
    for part in filter(None, _BETWEEN.split(text)):
        if _VISIBLE.fullmatch(part):
            codes.setdefault(part.upper(), part)
        else:
            wrong.append(plain.line(part)[:LONGEST])
    return list(codes.values()), wrong


def typed(text: str) -> list[str]:
    """What may be meant by what somebody typed at the counter, in capitals: as it is, and without spaces and dashes."""
    whole = " ".join(text.replace("\x00", "").split()).upper()[: 2 * LONGEST]
    return list(dict.fromkeys(filter(None, (whole, whole.replace(" ", ""), re.sub(r"[\s-]", "", whole)))))
