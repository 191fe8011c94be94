"""The listening belt's stage "refresh segments": who came into a watched group, or left it, by what just happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from crm.segments.membership import refresh


class Happened(Protocol):
    """What is asked of a recorded event."""

    contact_id: int
    history: bool
    depth: int


def refresh_segments(events: Sequence[Happened], *, at: datetime) -> None:
    """Answer all watched rules for the touched contacts. One query when nothing is watched, three when nothing changed.

    History is not news: who only has old events in the chunk enters and leaves without a word.
    """
    touched = {event.contact_id for event in events}
    awake = {event.contact_id for event in events if not event.history}
    depths: dict[int, int] = {}
    for event in events:
        depths[event.contact_id] = max(event.depth + 1, depths.get(event.contact_id, 0))
    refresh(sorted(touched), at=at, depths=depths, quiet=touched - awake)
