"""Working hours: pure. Holidays are not known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm.business.models import Business, monday_to_friday

DAY = timedelta(days=1)
USUAL = time(9), time(18)


@dataclass(frozen=True, slots=True)
class Week:
    """The same hours on each of some weekdays (1 is Monday), by the clock of `zone`."""

    days: Collection[int]
    begins: time
    ends: time
    zone: ZoneInfo

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """When they begin and end on this day, in UTC. A moment that the clock skips in spring is taken an hour later,
        of one that comes twice in autumn the first."""
        begins, ends = (datetime.combine(day, at, self.zone).astimezone(UTC) for at in (self.begins, self.ends))
        return begins, ends


def week_of(shop: Business) -> Week:
    """Its own; Monday to Friday from nine to six where those are none."""
    begins, ends = (shop.open_from, shop.open_until) if shop.open_from < shop.open_until else USUAL
    days = {day for day in shop.open_days if 1 <= day <= 7} or set(monday_to_friday())
    try:
        zone = ZoneInfo(shop.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    return Week(frozenset(days), begins, ends, zone)


def after(begun: datetime, work: timedelta, week: Week) -> datetime:
    """When so much working time has passed since `begun`; what really passes counts, whatever the clock shows."""
    left, day = work, begun.astimezone(week.zone).date()
    while True:
        if day.isoweekday() in week.days:
            begins, ends = week.hours(day)
            begins = max(begins, begun)
            if ends - begins >= left:
                return begins.astimezone(UTC) + left
            left -= max(ends - begins, timedelta())
        day += DAY
