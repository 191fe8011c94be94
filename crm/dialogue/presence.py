"""Who has the chat before them at this moment. Nothing is kept of it: a key that goes by itself, in the cache; that it
came or went is told to the pages of colleagues, by the stream that they follow."""

from contextlib import suppress
from uuid import UUID

from django.core.cache import cache
from django.db import DatabaseError
from redis.exceptions import RedisError

from crm.dialogue.streams import STREAM
from engage.lib import live

LASTS_SECONDS = 40
"""So long after it was last heard of somebody is still there; their page says so every fifteen."""

ENDS_SECONDS = 5
"""So long after their line was cut they may be here again: browsers connect anew within a second or two."""
HERE, ENDING = 1, 2


def note_here(visit: UUID) -> bool:
    """Whether that was news, for which the database was asked to tell it."""
    with suppress(RedisError):
        known = cache.get(_key(visit))
        cache.set(_key(visit), HERE, LASTS_SECONDS)
        return known != HERE and _tell(visit, "came")
    return False


def note_gone(visit: UUID) -> None:
    with suppress(RedisError):
        if cache.delete(_key(visit)):
            _tell(visit, "left")


def note_cut(visit: UUID) -> None:
    """Their line ended, by whatever: gone, unless they are here again in a moment."""
    with suppress(RedisError):
        if cache.get(_key(visit)) == HERE:
            cache.set(_key(visit), ENDING, ENDS_SECONDS)
            _tell(visit, "ends")


def is_here(visit: UUID) -> bool:
    """Without the cache nobody is: what we say then goes by mail."""
    try:
        return bool(cache.get(_key(visit)))
    except RedisError:
        return False


def _tell(visit: UUID, what: str) -> bool:
    """To who has their conversation before them. That it is lost harms nobody: the next page reads it again."""
    with suppress(DatabaseError):
        live.publish(STREAM, {"here": visit, "visitor": what})
    return True


def _key(visit: UUID) -> str:
    return f"chat:here:{visit}"
