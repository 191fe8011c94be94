"""Quiet hours in a contact's local time."""

from datetime import UTC, datetime, time, timedelta, tzinfo


def quiet_ends(now: datetime, zone: tzinfo, start: time, end: time) -> datetime | None:
    """When the quiet hours that `now` lies in end (UTC), or None outside of them.

    The hours run from `start` to before `end` by the local clock and may span midnight; equal times mean none. An
    end that the clock skips in spring is taken an hour later, by the rule of PEP 495.
    """
    local = now.astimezone(zone)
    clock = local.time()
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if start == end or not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(UTC)
