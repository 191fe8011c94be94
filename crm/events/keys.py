"""Which kind of key opens the event API: looked up once in a few seconds per process."""

import time
from base64 import b64decode
from binascii import Error as BinasciiError

from crm.business.actions import digest
from crm.business.models import Key

_LIFETIME = 5.0
_MOST = 4096
_cache: dict[bytes, tuple[float, str | None]] = {}


def kind_of(text: str) -> str | None:
    """ "site" or "write", or None for a key that opens nothing. At most one query in five seconds per key."""
    key = digest(text)
    cached = _cache.get(key)
    if cached is None or cached[0] < time.monotonic():
        if len(_cache) >= _MOST:
            _cache.clear()
        cached = (time.monotonic() + _LIFETIME, _look_up(key))
        _cache[key] = cached
    return cached[1]


def basic_user(header: str) -> str | None:
    """The user name of an `Authorization: Basic` header, or None."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(value, validate=True).decode().partition(":")[0]
    except (BinasciiError, ValueError):
        return None


def forget_cached() -> None:
    """Between tests."""
    _cache.clear()


def _look_up(key: bytes) -> str | None:
    return (
        Key.objects.filter(digest=key, revoked=None, kind__in=[Key.Kind.SITE, Key.Kind.WRITE])
        .values_list("kind", flat=True)
        .first()
    )
