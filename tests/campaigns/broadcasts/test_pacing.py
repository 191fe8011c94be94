"""A throttle lets so many go in any hour, whenever one looks; batches go whole."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.broadcasts.pacing import BURST, Pace, Used, allowed, next_at, per_second, use

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def walk(pace: Pace, ticks: list[float], wanted: int = 10**9) -> list[tuple[datetime, int]]:
    """How many went at each look, so many seconds apart."""
    now, used, went = NOON, Used(), []
    for seconds in ticks:
        number = min(wanted, allowed(pace, used, now) or 0)
        used = use(pace, used, number, now)
        went.append((now, number))
        now += timedelta(seconds=seconds)
    return went


def test_without_a_pace_there_is_no_limit() -> None:
    assert allowed(Pace(), Used(), NOON) is None
    assert per_second(Pace()) is None
    assert next_at(Pace(), Used(), NOON) == NOON


@given(
    per_hour=st.integers(1, 1_000_000),
    ticks=st.lists(st.floats(0.01, 5000, allow_nan=False), min_size=2, max_size=60),
)
def test_in_any_hour_no_more_than_the_throttle_and_a_few_seconds_worth(per_hour: int, ticks: list[float]) -> None:
    went = walk(Pace(per_hour=per_hour), ticks)
    most = per_hour + max(1, -(-per_hour * BURST // 3600)) + 1
    for start, _ in went:
        assert sum(number for at, number in went if start <= at < start + HOUR) <= most


@pytest.mark.parametrize("per_hour", [1, 7, 100, 3600, 50_000])
def test_looked_at_every_second_a_throttle_is_used_up(per_hour: int) -> None:
    went = walk(Pace(per_hour=per_hour), [1.0] * 7201)
    assert 2 * per_hour <= sum(number for _, number in went) <= 2 * per_hour + max(2, per_hour * BURST // 3600 + 1)


def test_the_first_goes_at_once_and_the_next_when_it_is_said() -> None:
    pace = Pace(per_hour=60)
    assert allowed(pace, Used(), NOON) == 1
    used = use(pace, Used(), 1, NOON)
    assert allowed(pace, used, NOON) == 0
    assert next_at(pace, used, NOON) == NOON + timedelta(minutes=1)
    assert allowed(pace, used, NOON + timedelta(minutes=1)) == 1


def test_batches_go_whole_and_wait_their_minutes() -> None:
    pace = Pace(batch=10, minutes=30)
    used = use(pace, Used(), 4, NOON)
    assert allowed(pace, used, NOON) == 6
    used = use(pace, used, 6, NOON + timedelta(minutes=1))
    assert allowed(pace, used, NOON + timedelta(minutes=29)) == 0
    assert next_at(pace, used, NOON + timedelta(minutes=29)) == NOON + timedelta(minutes=30)
    assert allowed(pace, used, NOON + timedelta(minutes=30)) == 10


@given(st.integers(1, 500), st.integers(1, 600), st.lists(st.floats(0.1, 4000), min_size=1, max_size=50))
def test_in_the_minutes_of_a_batch_no_more_than_the_batch(batch: int, minutes: int, ticks: list[float]) -> None:
    went = walk(Pace(batch=batch, minutes=minutes), ticks, wanted=max(1, batch // 3))
    for start, number in went:
        if number:
            spell = [n for at, n in went if start <= at < start + timedelta(minutes=minutes)]
            assert sum(spell) <= 2 * batch
