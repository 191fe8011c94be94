from datetime import UTC, datetime, timedelta

import pytest

from engage.dashboard.shell import times

NOW = datetime(2026, 5, 6, 14, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 5, 6, 9, 4, tzinfo=UTC), "9:04"),
        (datetime(2026, 5, 6, 23, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 5, 5, 23, 59, tzinfo=UTC), "yesterday 23:59"),
        (datetime(2026, 5, 7, 0, 0, tzinfo=UTC), "tomorrow 0:00"),
        (datetime(2026, 5, 2, 8, 0, tzinfo=UTC), "Sat 8:00"),
        (datetime(2026, 4, 29, 8, 0, tzinfo=UTC), "29 April"),
        (datetime(2024, 2, 29, 8, 0, tzinfo=UTC), "29 February 2024"),
    ],
)
def test_a_moment_is_said_as_people_say_it(at: datetime, said: str) -> None:
    assert times.moment(at, NOW) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=42, seconds=30), "42 minutes"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_a_span_is_said_in_one_unit(span: timedelta, said: str) -> None:
    assert times.lasting(span) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "just now"),
        (timedelta(minutes=42), "42 minutes ago"),
        (timedelta(days=13), "13 days ago"),
        (timedelta(days=14), "22 April"),
    ],
)
def test_long_ago_becomes_a_date(span: timedelta, said: str) -> None:
    assert times.ago(NOW - span, NOW) == said
