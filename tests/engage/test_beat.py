"""The scheduler ticks on, whatever the clock does."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from celery.beat import PersistentScheduler

from engage import schedule
from engage.beat import Beat
from engage.celery import app
from tests.cast import NOON

HOUR = timedelta(hours=1)


class Noting(Beat):
    """Notes what it would send."""

    def apply_entry(self, entry, producer=None) -> None:
        sent[entry.name] += 1


sent: Counter[str] = Counter()


@pytest.fixture
def beat(tmp_path: Path) -> Iterator[Noting]:
    with time_machine.travel(NOON, tick=False):
        found = Noting(app=app, schedule_filename=str(tmp_path / "beat"))
    try:
        yield found
    finally:
        found.close()


def tick(beat: Noting, seconds: int, begin) -> dict[str, int]:
    """What is sent in so many seconds from then on."""
    sent.clear()
    for second in range(seconds + 1):
        with time_machine.travel(begin + timedelta(seconds=second), tick=False):
            for _ in schedule.TABLE:
                beat.tick()
    return {name: sent[name] for name in schedule.BELTS}


def every_second(seconds: int) -> dict[str, int]:
    return dict.fromkeys(schedule.BELTS, seconds)


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -24 * HOUR])
def test_every_belt_is_ticked_each_second_after_the_clock_jumped(beat, jump):
    tick(beat, 3, NOON)
    tick(beat, 1, NOON + jump)
    assert tick(beat, 5, NOON + jump + timedelta(seconds=2)) == every_second(6)


def test_it_ticks_at_once_where_the_clock_was_put_back_while_it_was_away(beat, tmp_path):
    tick(beat, 3, NOON)
    beat.close()
    with time_machine.travel(NOON - HOUR, tick=False):
        again = Noting(app=app, schedule_filename=str(tmp_path / "beat"))
    tick(again, 1, NOON - HOUR)
    assert tick(again, 5, NOON - HOUR + timedelta(seconds=2)) == every_second(6)
    again.close()


def test_one_that_slept_six_hours_ticks_once_for_them(beat):
    tick(beat, 3, NOON)
    assert tick(beat, 0, NOON + 6 * HOUR) == every_second(1)


def test_it_is_the_one_that_runs():
    assert app.conf.beat_scheduler == "engage.beat:Beat"
    assert issubclass(Beat, PersistentScheduler)
