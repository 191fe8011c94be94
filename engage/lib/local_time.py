"""People's own clocks: computed where they are needed, never stored."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(*names: str) -> tzinfo:
    """The first of these time zones that exists, else UTC. ZoneInfo keeps them."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC


def moment_of(local: datetime) -> datetime:
    """When clocks show this (aware) time, in UTC: the moment they jump past it where summer time skips it, the first of
    the two where it comes twice."""
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _end_of_gap(local)


def _end_of_gap(local: datetime) -> datetime:
    """The change of clocks itself. With fold=1, PEP 495 reads a skipped time by the offset after the change and so
    lands before it; with fold=0 behind it. Both lie in the same few hours, so that halving finds the change."""
    low, high = local.replace(fold=1).astimezone(UTC), local.replace(fold=0).astimezone(UTC)
    before = low.astimezone(local.tzinfo).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(local.tzinfo).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
