"""Six digits sent to an address prove that whoever holds the link reads the mail there.

Ten minutes, five tries, once. Codes live in the cache, never in the clear: a lost cache means a new code.
"""

import hmac
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

SECONDS = 600
TRIES = 5


@dataclass(frozen=True, slots=True)
class Code:
    """`challenge` goes into the form, `digits` to the address."""

    challenge: str
    digits: str


def make(person: str) -> Code:
    """`person` is the public id of the contact the code is for."""
    code = Code(secrets.token_urlsafe(16), f"{secrets.randbelow(1_000_000):06}")
    cache.set(_key(code.challenge), _digest(code.challenge, person, code.digits), SECONDS)
    cache.set(_tries(code.challenge), 0, SECONDS)
    return code


def check(challenge: str, person: str, digits: str) -> bool:
    """Whether these are the digits; they work once, and a challenge stands five tries of any number of requests."""
    try:
        tries = cache.incr(_tries(challenge))
    except ValueError:
        return False
    kept = cache.get(_key(challenge))
    if kept is None or tries > TRIES:
        cache.delete(_key(challenge))
        return False
    digits = "".join(digits.split())
    right = hmac.compare_digest(kept, _digest(challenge, person, digits))
    return right and bool(cache.delete(_key(challenge)))


def _digest(challenge: str, person: str, digits: str) -> bytes:
    text = f"engage.code:{challenge}:{person}:{digits}".encode("utf-8", "replace")
    return hmac.digest(settings.SECRET_KEY.encode(), text, "sha256")


def _key(challenge: str) -> str:
    return f"code:{challenge[:40].encode('ascii', 'replace').hex()}"


def _tries(challenge: str) -> str:
    return f"{_key(challenge)}:tries"
