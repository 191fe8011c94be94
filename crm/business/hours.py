"""Working hours: pure. The shop's days and hours, less its holidays and the time for which it is closed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm.business.models import Business, Holiday, monday_to_friday

DAY = timedelta(days=1)
USUAL = time(9), time(18)
MIDNIGHT = time(0)
HORIZON = 1100
"""Days that are looked into: a shop that is not open within three years never is."""

type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Week:
    """The same hours on each of some weekdays (1 is Monday), by the clock of `zone`; until midnight where they end at
    0:00. Not on `holidays`, nor on the `yearly` ones (month, day), nor while it is `closed`."""

    days: Collection[int]
    begins: time
    ends: time
    zone: ZoneInfo
    holidays: Collection[date] = frozenset()
    yearly: Collection[tuple[int, int]] = frozenset()
    closed: Span | None = None

    def is_closed(self, at: datetime) -> bool:
        """By the switch, whatever the hours are."""
        return self.closed is not None and self.closed[0] <= at < self.closed[1]

    def hours(self, day: date) -> Span:
        """When they begin and end on this day, in UTC. A moment that the clock skips in spring is taken an hour later,
        of one that comes twice in autumn the first."""
        last = day + DAY if self.ends == MIDNIGHT else day
        begins = datetime.combine(day, self.begins, self.zone)
        return begins.astimezone(UTC), datetime.combine(last, self.ends, self.zone).astimezone(UTC)

    def spans(self, day: date) -> Iterator[Span]:
        """When it is open on this day: once, not at all, or before and after a time for which it is closed."""
        if day.isoweekday() not in self.days or day in self.holidays or (day.month, day.day) in self.yearly:
            return
        begins, ends = self.hours(day)
        shut, opens = self.closed or (ends, ends)
        for span in ((begins, min(ends, shut)), (max(begins, opens), ends)):
            if span[0] < span[1]:
                yield span


def week_of(shop: Business, holidays: Collection[Holiday] = ()) -> Week:
    """Its own; Monday to Friday from nine to six where those are none."""
    whole = shop.open_from < shop.open_until or shop.open_until == MIDNIGHT
    begins, ends = (shop.open_from, shop.open_until) if whole else USUAL
    days = {day for day in shop.open_days if 1 <= day <= 7} or set(monday_to_friday())
    try:
        zone = ZoneInfo(shop.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    once = frozenset(one.day for one in holidays if not one.yearly)
    yearly = frozenset((one.day.month, one.day.day) for one in holidays if one.yearly)
    return Week(frozenset(days), begins, ends, zone, once, yearly, _closed(shop, zone))


def after(begun: datetime, work: timedelta, week: Week) -> datetime | None:
    """When so much working time has passed since `begun`; what really passes counts, whatever the clock shows. None
    where it is not open for so long within three years."""
    left = work
    for begins, ends in _open_since(begun, week):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return None


def worked(begun: datetime, until: datetime, week: Week) -> timedelta:
    """How much working time passed between two moments, looked back at most three years."""
    since = max(begun, until - HORIZON * DAY)
    total = timedelta()
    for begins, ends in _open_since(since, week):
        if begins >= until:
            break
        total += min(ends, until) - begins
    return total


def opens(at: datetime, week: Week) -> datetime | None:
    """`at` itself where it is open then, else when it opens next; None where it does not."""
    return next((begins for begins, _ends in _open_since(at, week)), None)


def _open_since(begun: datetime, week: Week) -> Iterator[Span]:
    """What is left of each span that has not ended."""
    day = begun.astimezone(week.zone).date()
    since = begun.astimezone(UTC)
    for _n in range(HORIZON):
        for begins, ends in week.spans(day):
            if ends > since:
                yield max(begins, since), ends
        day += DAY


def _closed(shop: Business, zone: ZoneInfo) -> Span | None:
    if not (shop.closed_from and shop.closed_until):
        return None
    until = datetime.combine(shop.closed_until, MIDNIGHT, zone).astimezone(UTC)
    return (shop.closed_from, until) if shop.closed_from < until else None
