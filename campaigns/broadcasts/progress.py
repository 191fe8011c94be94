"""How fast a broadcast goes, and how long it takes still. From what was noted lately; pure but for the noting."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.broadcasts.models import Broadcast

EVERY = timedelta(seconds=5)
KEPT = 60
"""Notes of the last five minutes."""
LONGEST = 10 * 365 * 86400.0
"""Seconds beyond which nothing can be told."""
type Note = tuple[float, int]
"""A moment (seconds since 1970), and how many had had their turn by then."""


def beat(broadcast: Broadcast, at: datetime) -> int:
    """A stage: note every few seconds how far it is. No query."""
    if not broadcast.pulse or at.timestamp() - broadcast.pulse[-1][0] >= EVERY.total_seconds():
        broadcast.pulse = [*broadcast.pulse[1 - KEPT :], [at.timestamp(), broadcast.released]]
    return 0


def rate(notes: Sequence[Note], now: datetime) -> float:
    """Turns per second over what was noted, up to now; 0 where nothing moved, or nobody looked for as long again."""
    if len(notes) < 2:
        return 0.0
    (first, before), (last, after) = notes[0], notes[-1]
    seconds = max(last, now.timestamp() - EVERY.total_seconds()) - first
    return max(0.0, (after - before) / seconds) if seconds > 0 else 0.0


def time_left(turns: int, per_second: float, limit: float | None = None) -> timedelta | None:
    """Until so many turns have come at this rate, never faster than a throttle's `limit` per second; None: it cannot be
    told, because nothing moves."""
    if turns <= 0:
        return timedelta(0)
    speed = min(per_second, limit) if limit is not None and per_second else per_second or limit or 0.0
    return timedelta(seconds=round(turns / speed)) if speed and turns / speed < LONGEST else None
