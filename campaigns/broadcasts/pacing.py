"""How many may go now: a throttle in messages an hour, or batches. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

HOUR = 3600
BURST = 5
"""Seconds' worth of a throttle that may go at once, so that a late tick loses nothing: in any hour no more than the
throttle and this go."""

ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Pace:
    """At most one of the two: `per_hour`, or `batch` messages every `minutes`. Neither: as fast as we can."""

    per_hour: int | None = None
    batch: int | None = None
    minutes: int | None = None

    @property
    def free(self) -> bool:
        return self.per_hour is None and self.batch is None


@dataclass(frozen=True, slots=True)
class Used:
    """How far the allowance is used: up to the moment `paced`; of the batch under way `left` are still to go."""

    paced: datetime | None = None
    left: int = 0


def allowed(pace: Pace, used: Used, now: datetime) -> int | None:
    """How many may go now; None: as many as there are."""
    if pace.per_hour is not None:
        seconds = (now - _from(pace.per_hour, used, now)).total_seconds()
        return min(_burst(pace.per_hour), int(seconds * pace.per_hour / HOUR + ROUNDING))
    if pace.batch is not None:
        return pace.batch if _next_batch(pace, used, now) <= now else used.left
    return None


def use(pace: Pace, used: Used, number: int, now: datetime) -> Used:
    """What is used once `number` have gone now."""
    if pace.per_hour is not None:
        return Used(_from(pace.per_hour, used, now) + timedelta(seconds=number * HOUR / pace.per_hour))
    if pace.batch is not None:
        if number and _next_batch(pace, used, now) <= now:
            return Used(now, pace.batch - number)
        return Used(used.paced, max(0, used.left - number))
    return used


def next_at(pace: Pace, used: Used, now: datetime) -> datetime:
    """When one more may go; `now` if it may already."""
    if pace.per_hour is not None:
        return max(now, _from(pace.per_hour, used, now) + timedelta(seconds=HOUR / pace.per_hour))
    if pace.batch is not None and not used.left:
        return max(now, _next_batch(pace, used, now))
    return now


def per_second(pace: Pace) -> float | None:
    """The most that the pace comes to over time; None: it sets no limit."""
    if pace.per_hour is not None:
        return pace.per_hour / HOUR
    if pace.batch is not None and pace.minutes:
        return pace.batch / (60 * pace.minutes)
    return None


def _burst(per_hour: int) -> int:
    return max(1, ceil(per_hour * BURST / HOUR))


def _from(per_hour: int, used: Used, now: datetime) -> datetime:
    """From when on allowance counts: what was not used long ago is lost. At first one may go."""
    earliest = now - timedelta(seconds=_burst(per_hour) * HOUR / per_hour)
    return max(earliest, used.paced) if used.paced else now - timedelta(seconds=HOUR / per_hour)


def _next_batch(pace: Pace, used: Used, now: datetime) -> datetime:
    return used.paced + timedelta(minutes=pace.minutes or 0) if used.paced else now
