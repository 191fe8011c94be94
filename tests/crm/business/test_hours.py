"""Two working hours: of the shop's days and hours, by the shop's clock, over weekends and both changes of the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.business.hours import Week, after, opens, week_of, worked
from crm.business.models import Business

LONDON, AUCKLAND = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Auckland")
OFFICE = Week(frozenset({1, 2, 3, 4, 5}), time(9), time(18), LONDON)
EVERY_DAY = frozenset(range(1, 8))
TWO = timedelta(hours=2)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("begun", "ends"),
    [
        ("2026-05-04 10:00", "2026-05-04 12:00"),
        ("2026-05-04 08:59", "2026-05-04 11:00"),
        ("2026-05-04 00:00", "2026-05-04 11:00"),
        ("2026-05-04 16:00", "2026-05-04 18:00"),
        ("2026-05-04 16:01", "2026-05-05 09:01"),
        ("2026-05-04 18:00", "2026-05-05 11:00"),
        ("2026-05-04 23:59", "2026-05-05 11:00"),
        ("2026-05-08 17:30", "2026-05-11 10:30"),
        ("2026-05-09 12:00", "2026-05-11 11:00"),
        ("2026-05-10 23:00", "2026-05-11 11:00"),
        ("2026-12-31 17:00", "2027-01-01 10:00"),
        ("2028-02-28 17:00", "2028-02-29 10:00"),
    ],
)
def test_two_working_hours_in_an_office(begun, ends):
    assert after(london(begun), TWO, OFFICE) == london(ends)


@pytest.mark.parametrize(
    ("begun", "ends"),
    [
        ("2026-03-27 17:00", "2026-03-30 10:00"),
        ("2026-10-23 17:00", "2026-10-26 10:00"),
    ],
)
def test_over_a_weekend_on_which_the_clock_changes_the_shops_hours_stay_the_shops_hours(begun, ends):
    assert after(london(begun), TWO, OFFICE) == london(ends)


@pytest.mark.parametrize(
    ("begun", "ends"),
    [
        ("2026-03-29T00:30+00:00", "2026-03-29T02:30+00:00"),  # 1:30 is skipped: 0:30 to 3:30 by the clock
        ("2026-10-24T23:30+00:00", "2026-10-25T01:30+00:00"),  # 0:30 to 1:30, which comes twice
    ],
)
def test_open_through_the_night_of_the_change_what_really_passes_counts(begun, ends):
    night = Week(EVERY_DAY, time(0), time(6), LONDON)
    assert after(datetime.fromisoformat(begun), TWO, night) == datetime.fromisoformat(ends)


def test_a_shop_that_opens_when_the_clock_skips_opens_an_hour_later():
    early = Week(EVERY_DAY, time(1, 30), time(12), LONDON)
    assert after(london("2026-03-29 00:00"), TWO, early) == datetime(2026, 3, 29, 3, 30, tzinfo=UTC)


def test_the_day_is_the_shops_day_and_not_ours():
    """Friday evening in London is Saturday morning in Auckland."""
    there = Week(OFFICE.days, OFFICE.begins, OFFICE.ends, AUCKLAND)
    assert after(datetime(2026, 5, 8, 22, tzinfo=UTC), TWO, there) == datetime(2026, 5, 10, 23, tzinfo=UTC)


def test_of_a_shop_that_is_open_for_half_an_hour_a_week_it_takes_four_weeks():
    seldom = Week(frozenset({6}), time(10), time(10, 30), LONDON)
    assert after(london("2026-05-04 12:00"), TWO, seldom) == london("2026-05-30 10:30")


@pytest.mark.parametrize(
    "fields",
    [{"open_days": []}, {"open_days": [0, 9]}, {"open_from": time(18), "open_until": time(9)}, {"timezone": "Nowhere"}],
)
def test_hours_that_cannot_be_are_the_usual_ones(fields):
    week = week_of(Business(**fields))
    assert (week.days, week.begins, week.ends) == (OFFICE.days, OFFICE.begins, OFFICE.ends)


# Holidays, a time for which it is closed, always and never open.

ALWAYS = Week(EVERY_DAY, time(0), time(0), LONDON)
NEVER = Week(frozenset(), time(9), time(18), LONDON)
CHRISTMAS = replace(OFFICE, yearly=frozenset({(12, 25)}), holidays=frozenset({date(2026, 12, 28)}))


def test_holidays_are_no_working_days():
    assert after(london("2026-12-24 17:00"), TWO, CHRISTMAS) == london("2026-12-29 10:00")
    assert opens(london("2026-12-25 10:00"), CHRISTMAS) == london("2026-12-29 09:00")


def test_a_yearly_holiday_comes_back_and_another_does_not():
    assert opens(london("2029-12-25 10:00"), CHRISTMAS) == london("2029-12-26 09:00")
    assert opens(london("2027-12-28 10:00"), CHRISTMAS) == london("2027-12-28 10:00")


def test_what_is_closed_until_a_day_opens_in_its_hours():
    shut = replace(OFFICE, closed=(london("2026-05-05 11:00"), london("2026-05-11 00:00")))
    assert after(london("2026-05-05 10:00"), TWO, shut) == london("2026-05-11 10:00")
    assert opens(london("2026-05-05 11:00"), shut) == london("2026-05-11 09:00")
    assert worked(london("2026-05-05 10:00"), london("2026-05-11 10:00"), shut) == TWO
    assert [shut.is_closed(london(f"2026-05-{day} 00:00")) for day in ("05", "06", "11")] == [False, True, False]


def test_a_shop_that_was_closed_for_an_hour_works_before_and_after():
    shut = replace(OFFICE, closed=(london("2026-05-05 11:00"), london("2026-05-05 12:00")))
    assert worked(london("2026-05-05 09:00"), london("2026-05-05 18:00"), shut) == timedelta(hours=8)
    assert after(london("2026-05-05 10:30"), TWO, shut) == london("2026-05-05 13:30")


def test_always_open_is_time_as_it_passes_and_never_open_is_never():
    begun = london("2026-03-28 23:00")
    assert after(begun, timedelta(days=3), ALWAYS) == begun.astimezone(UTC) + timedelta(days=3)
    assert (after(begun, TWO, NEVER), opens(begun, NEVER), worked(begun, begun + 9 * TWO, NEVER)) == (
        None,
        None,
        TWO * 0,
    )


def test_open_until_midnight_is_open_until_midnight():
    late = week_of(Business(open_days=[1], open_from=time(18), open_until=time(0), timezone="Europe/London"))
    assert after(london("2026-05-04 23:00"), TWO, late) == london("2026-05-11 19:00")


def test_closed_until_a_day_that_has_been_is_not_closed():
    shop = Business(closed_from=london("2026-05-05 11:00"), closed_until=date(2026, 5, 5), timezone="Europe/London")
    assert week_of(shop).closed is None


# Whatever the week is and whenever it begins.

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
ZONES = st.sampled_from(
    [LONDON, AUCKLAND, *(ZoneInfo(z) for z in ("America/Havana", "Asia/Kathmandu", "Africa/Cairo"))]
)
CLOSED = st.none() | st.tuples(MOMENTS, st.timedeltas(timedelta(hours=1), timedelta(days=90))).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
HOURS = st.tuples(st.integers(0, 47), st.integers(1, 48)).filter(lambda pair: pair[0] < pair[1])
WORK = st.timedeltas(timedelta(minutes=1), timedelta(hours=60))


SOME_DAYS = st.frozensets(st.integers(1, 7), min_size=1)


@st.composite
def weeks(draw, days=SOME_DAYS) -> Week:
    begins, ends = (time(half % 48 // 2, half % 2 * 30) for half in draw(HOURS))
    yearly = draw(st.frozensets(DAYS.map(lambda day: (day.month, day.day)), max_size=9))
    off = draw(st.frozensets(DAYS, max_size=9))
    return Week(draw(days), begins, ends, draw(ZONES), off, yearly, draw(CLOSED))


@given(weeks(), MOMENTS, WORK)
def test_after_so_much_work_so_much_was_worked(week, begun, work):
    ends = after(begun, work, week)
    if ends is not None:
        assert ends >= begun + work and worked(begun, ends, week) == work


@given(weeks(), MOMENTS, WORK, WORK)
def test_work_done_in_two_parts_ends_when_it_ends_in_one(week, begun, one, other):
    first = after(begun, one, week)
    second = after(first, other, week) if first else None
    if second:
        assert second == after(begun, one + other, week)


@given(weeks(), MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)), WORK)
def test_what_begins_later_never_ends_earlier(week, begun, wait, work):
    sooner, later = after(begun, work, week), after(begun + wait, work, week)
    if sooner and later:
        assert sooner <= later


@given(weeks(), MOMENTS)
def test_it_opens_in_its_hours_on_no_holiday_and_not_while_closed(week, at):
    opened = opens(at, week)
    if opened is not None:
        day = opened.astimezone(week.zone).date()
        assert opened >= at and worked(at, opened, week) == timedelta()
        assert any(begins <= opened < ends for begins, ends in week.spans(day)) and not week.is_closed(opened)
        assert day.isoweekday() in week.days and day not in week.holidays and (day.month, day.day) not in week.yearly


@given(weeks(days=st.just(EVERY_DAY)), MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)))
def test_nobody_works_longer_than_time_passes(week, begun, span):
    assert timedelta() <= worked(begun, begun + span, week) <= span
