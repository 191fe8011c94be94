"""The contact's own clock: computed where it is needed, never stored."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta, tzinfo

from campaigns.journeys.definition import Day
from engage.lib.local_time import moment_of

FIRST_DAY, LAST_DAY = date(1850, 1, 1), date(2200, 1, 1)


def next_at(clock: time, after: datetime, zone: tzinfo, weekdays: Collection[int] = ()) -> datetime:
    """The first moment from `after` on at which clocks in `zone` show `clock`, on one of these days of the week
    (Monday is 1; none are all), in UTC.

    Where summer time skips that hour, the moment the clocks jump past it; where the hour comes twice, its first; where
    a whole day is left out (at the date line), the next one that will do.
    """
    today = after.astimezone(zone).date()
    for ahead in range(17):
        day = today + timedelta(days=ahead)
        if weekdays and day.isoweekday() not in weekdays:
            continue
        moment = moment_of(datetime.combine(day, clock, tzinfo=zone))
        if moment >= after and moment.astimezone(zone).date() == day:
            return moment
    raise ValueError(f"no {clock} within two weeks")


def real_day(text: str) -> date | None:
    """The day that a remembered value is, within reach of a calendar."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def day_after(asked: Day, day: date, today: date) -> date:
    """The day that a wait asks for, moved by its shift; of a yearly one the first that is not over. The 29th of
    February is kept on the 28th where a year has none."""
    shift = timedelta(days=asked.shift)
    if not asked.yearly:
        return day + shift
    for year in range((today - shift).year, (today - shift).year + 3):
        this_year = in_year(day, year) + shift
        if this_year >= today:
            return this_year
    raise ValueError(f"no {day} from {today} on")


def in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def begins(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day in `zone`, in UTC."""
    return moment_of(datetime.combine(day, time(0), tzinfo=zone))
