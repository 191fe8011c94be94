"""Who has the chat before them at this moment. Nothing is kept of it: a key that goes by itself, in the cache."""

from contextlib import suppress
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

LASTS_SECONDS = 40
"""So long after it was last heard of somebody is still there; their page says so every fifteen."""


def note_here(visit: UUID) -> None:
    with suppress(RedisError):
        cache.set(_key(visit), 1, LASTS_SECONDS)


def note_gone(visit: UUID) -> None:
    with suppress(RedisError):
        cache.delete(_key(visit))


def is_here(visit: UUID) -> bool:
    """Without the cache nobody is: what we say then goes by mail."""
    try:
        return bool(cache.get(_key(visit)))
    except RedisError:
        return False


def _key(visit: UUID) -> str:
    return f"chat:here:{visit}"
