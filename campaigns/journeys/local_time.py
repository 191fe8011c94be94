"""The contact's own clock: computed where it is needed, never stored."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(*names: str) -> tzinfo:
    """The first of these time zones that exists, else UTC. ZoneInfo keeps them."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC


def next_at(clock: time, after: datetime, zone: tzinfo) -> datetime:
    """The first moment from `after` on at which clocks in `zone` show `clock`, in UTC.

    Where summer time skips that hour, the moment the clocks jump past it; where the hour comes twice, its first; where
    a whole day is left out (at the date line), the day after.
    """
    today = after.astimezone(zone).date()
    for ahead in range(4):
        day = today + timedelta(days=ahead)
        moment = _moment(datetime.combine(day, clock, tzinfo=zone))
        if moment >= after and moment.astimezone(zone).date() == day:
            return moment
    raise ValueError(f"no {clock} within three days")


def _moment(local: datetime) -> datetime:
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
