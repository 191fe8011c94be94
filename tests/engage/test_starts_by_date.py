"""Remembered dates begin journeys on their day, or each year, by the clock of whoever they are about."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.journeys.definition import Day
from campaigns.journeys.local_time import begins, day_after
from campaigns.journeys.moments import dates
from campaigns.journeys.moments.found import Span
from crm.contacts.models import Contact
from crm.preferences.actions import remember
from crm.preferences.models import PreferenceKey
from crm.preferences.statement import Statement
from engage.lib import clock
from engage.lib.local_time import zone_of
from tests.cast import NOON, contact
from tests.engage.starts import DAY, HOUR, begun, later, says, starts_on

pytestmark = pytest.mark.django_db
ZONES = ("", "UTC", "Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago", "Asia/Kathmandu",
         "America/Havana", "Africa/Cairo", "no/where")  # fmt: skip


def born(name: str, value: str, zone: str = "", key: str = "birthday", at: datetime = NOON) -> Contact:
    person = contact(name, timezone=zone)
    said = Statement(contact=person.pk, recorded_for=person.pk, key=key, value=value, kind="stated",
                     at=at, source_kind="survey")  # fmt: skip
    remember([said], at=at)
    return person


def came(key: str = "birthday", *, yearly: bool = True, shift: int = 0):
    return starts_on("Date Came", says("key", key), says("yearly", yearly), says("shift", shift))


def found(asked: Day, since: datetime, until: datetime) -> dict[int, list[str]]:
    """By the people, the days told; the way a sweep asks the database."""
    details = {"key": asked.key, "shift": asked.shift, "yearly": asked.yearly}
    told: dict[int, list[str]] = {}
    for fact in dates.find(details, Span(since, until, 0)).facts:
        told.setdefault(fact.contact, []).append(fact.properties["day"])
    return told


def midnight(span: timedelta = timedelta(0)) -> datetime:
    """The next one in UTC."""
    return datetime.combine((clock.now() + DAY).date(), datetime.min.time(), UTC) + span


def test_a_birthday_begins_a_walk_at_midnight_where_the_person_lives():
    journey = came()
    day = midnight().date()
    born("Here", f"1990-{day:%m-%d}", "Africa/Abidjan")
    born("West", f"1990-{day:%m-%d}", "America/Phoenix")  # seven hours behind, all year
    with time_machine.travel(midnight(-HOUR)):
        assert later(timedelta(minutes=59)) == 0
        later(HOUR)
        assert begun(journey) == [{"key": "birthday", "yearly": True, "shift": 0, "day": str(day)}]
        later(7 * HOUR)
        assert len(begun(journey)) == 1
        later(8 * HOUR)
        assert len(begun(journey)) == 2


def test_a_walk_begins_days_before_or_after_a_date_and_once():
    before, after = came("appointment", yearly=False, shift=-7), came("appointment", yearly=False, shift=2)
    day = midnight().date()
    born("Ann", str(day + 7 * DAY), "UTC", "appointment")
    born("Ben", str(day - 2 * DAY), "UTC", "appointment")
    born("Eve", str(day), "UTC", "appointment")
    with time_machine.travel(midnight(-HOUR)):
        for _again in range(2):
            later(2 * HOUR)
    assert [said["shift"] for said in begun(before)] == [-7]
    assert [said["shift"] for said in begun(after)] == [2]
    assert begun(before)[0]["day"] == str(day)


def test_a_date_that_is_replaced_counts_no_more_and_what_is_no_date_never_does():
    journey = came()
    day = midnight().date()
    changed = born("Ann", f"1990-{day:%m-%d}", "UTC")
    born("Ben", "soon", "UTC")
    said = Statement(contact=changed.pk, recorded_for=changed.pk, key="birthday", value="1990-01-15", kind="stated",
                     at=NOON + DAY, source_kind="survey")  # fmt: skip
    remember([said], at=NOON + DAY)
    with time_machine.travel(midnight(-HOUR)):
        later(2 * HOUR)
    assert begun(journey) == []


def test_what_may_not_choose_who_gets_what_begins_nothing():
    journey = came()
    born("Ann", f"1990-{midnight():%m-%d}", "UTC")
    PreferenceKey.objects.update(selects=False)
    with time_machine.travel(midnight(-HOUR)):
        later(2 * HOUR)
    assert begun(journey) == []


@pytest.mark.parametrize(
    ("remembered", "shift", "year", "day"),
    [
        ("1996-02-29", 0, 2027, "2027-02-28"),
        ("1996-02-29", 0, 2028, "2028-02-29"),
        ("1996-02-29", 1, 2027, "2027-03-01"),
        ("1996-02-29", 1, 2028, "2028-03-01"),
        ("1996-02-29", -1, 2027, "2027-02-27"),
        ("1996-02-29", -1, 2028, "2028-02-28"),
        ("1996-02-28", 1, 2028, "2028-02-29"),
        ("1996-03-01", -1, 2028, "2028-02-29"),
        ("1996-01-02", -7, 2026, "2026-12-26"),
        ("1996-12-30", 7, 2027, "2027-01-06"),
    ],
)
def test_the_29th_of_february_and_the_turn_of_the_year(remembered, shift, year, day):
    person = born("Leap", remembered, "UTC")
    asked = Day("birthday", shift, True)
    since = datetime(year, 1, 1, 12, tzinfo=UTC)
    told = [found(asked, since + n * DAY, since + (n + 1) * DAY).get(person.pk, []) for n in range(364)]
    assert [one for days in told for one in days] == [day]


@pytest.mark.parametrize(
    ("zone", "day", "first_moment"),
    [
        ("Europe/London", date(2026, 3, 29), datetime(2026, 3, 29, 0, tzinfo=UTC)),
        ("Europe/London", date(2026, 10, 25), datetime(2026, 10, 24, 23, tzinfo=UTC)),
        ("America/Santiago", date(2026, 9, 6), datetime(2026, 9, 6, 4, tzinfo=UTC)),  # midnight is skipped
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # midnight comes twice: the first
        ("Pacific/Kiritimati", date(2026, 5, 4), datetime(2026, 5, 3, 10, tzinfo=UTC)),
        ("Pacific/Pago_Pago", date(2026, 5, 4), datetime(2026, 5, 4, 11, tzinfo=UTC)),
    ],
)
def test_clocks_that_change_and_zones_across_the_date_line(zone, day, first_moment):
    person = born("Far", day.isoformat(), zone)
    asked = Day("birthday")
    assert found(asked, first_moment - 2 * DAY, first_moment - timedelta(seconds=1)) == {}
    assert found(asked, first_moment - timedelta(seconds=1), first_moment) == {person.pk: [str(day)]}
    assert found(asked, first_moment, first_moment + 2 * DAY) == {}


remembered_dates = st.one_of(
    st.dates(date(1900, 1, 1), date(2030, 12, 31)), st.sampled_from([date(1996, 2, 29), date(2000, 2, 28)])
)


@settings(max_examples=60)
@given(
    people=st.lists(st.tuples(remembered_dates, st.sampled_from(ZONES)), min_size=1, max_size=6),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)),
    hours=st.integers(1, 24),
    shift=st.integers(-40, 40),
    yearly=st.booleans(),
    near=st.booleans(),
)
def test_the_database_finds_whom_the_wait_until_a_date_would_find(people, moment, hours, shift, yearly, near):
    """The oracle is what a wait until the same day waits for, a person at a time and without the database."""
    Contact.objects.all().delete()
    since = moment.replace(tzinfo=UTC)
    until = since + hours * HOUR
    asked = Day("birthday", shift, yearly)
    if near:  # else hardly anybody's day comes
        origin = since.date() - timedelta(days=shift)
        people = [(origin.replace(year=1996) if yearly else origin, zone) for _day, zone in people]
    expected: dict[int, list[str]] = {}
    for number, (day, zone) in enumerate(people):
        person = born(f"Person {number}", day.isoformat(), zone)
        where = zone_of(zone, "Europe/London")
        days = {day_after(asked, day, (since + n * DAY).date()) for n in range(-2, 4)}
        came = sorted(one for one in days if since < begins(one, where) <= until)
        if came:
            expected[person.pk] = [str(one) for one in came]
    assert found(asked, since, until) == expected
