"""Until when an answer that waits for its address can be confirmed, where a room above ends that before the link."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

OVER = datetime.min.replace(tzinfo=UTC)
"""Since ever: what it would have been for is settled."""


class TooLate(Exception):
    """It can be confirmed no more."""


class Until(Protocol):
    def __call__(self, survey: int, *, lock: bool) -> datetime | None:
        """None: as long as the link works. With `lock` it stays so until the transaction ends."""


type Page = Callable[[str], tuple[str, str] | None]


class Room(NamedTuple):
    """`page` gives path and words of where to go instead, by the survey's key; None of any other survey."""

    until: Until
    page: Page


_rooms: list[Room] = []


def register(until: Until, page: Page) -> None:
    _rooms.append(Room(until, page))


def page_of(key: str) -> tuple[str, str] | None:
    return next((page for room in _rooms if (page := room.page(key))), None)


def until(survey: int, *, lock: bool = False) -> datetime | None:
    return next((last for room in _rooms if (last := room.until(survey, lock=lock))), None)
