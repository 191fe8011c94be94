"""How fast it goes, and how long it takes still."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.broadcasts.progress import rate, time_left

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def notes(*released: int) -> list[tuple[float, int]]:
    """Five seconds apart, the last just now."""
    last = NOON.timestamp()
    return [(last - 5 * (len(released) - 1 - number), count) for number, count in enumerate(released)]


def test_speed_is_what_had_its_turn_lately() -> None:
    assert rate(notes(0, 50, 100), NOON) == 10
    assert rate(notes(100), NOON) == 0
    assert rate([], NOON) == 0
    assert rate(notes(0, 50, 100), NOON + timedelta(seconds=25)) == pytest.approx(100 / 30)


def test_what_came_back_is_no_speed() -> None:
    assert rate(notes(100, 40), NOON) == 0


def test_the_time_left_is_never_shorter_than_the_throttle_allows() -> None:
    assert time_left(600, 10) == timedelta(minutes=1)
    assert time_left(600, 10, 1) == timedelta(minutes=10)
    assert time_left(600, 0, 1) == timedelta(minutes=10)
    assert time_left(600, 0) is None
    assert time_left(0, 0) == timedelta(0)


@given(st.integers(0, 10**7), st.floats(0, 10**4), st.one_of(st.none(), st.floats(0.0001, 10**4)))
def test_more_to_come_never_takes_less_time(turns: int, speed: float, limit: float | None) -> None:
    less, more = time_left(turns, speed, limit), time_left(2 * turns, speed, limit)
    assert more is None or less is not None and less <= more
