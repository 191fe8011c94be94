"""Two working hours: of the shop's days and hours, by the shop's clock, over weekends and both changes of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.business.models import Business
from crm.leaving.hours import Week, after, week_of

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
