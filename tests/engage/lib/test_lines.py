"""A line before a door: nobody is sent away while it moves, everybody comes in in turn; one that is stuck says so."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engage.lib.lines import Line, Stuck


def waits(line: Line, many: int) -> None:
    """Until so many stand in it."""
    while len(line._waiting) < many:
        time.sleep(0.001)


def test_whoever_waits_longer_than_patience_comes_in_while_others_come_out():
    line, inside, most = Line(2, patience=0.5), [], []

    def pass_through(_n: int) -> None:
        line.enter()
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.1)
        inside.pop()
        line.leave()

    began = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(pass_through, range(20)))
    assert time.monotonic() - began > 0.5 and max(most) <= 2


def test_they_come_in_in_the_order_in_which_they_came():
    line, came = Line(1, patience=30), []
    line.enter()

    def enter(number: int) -> None:
        line.enter()
        came.append(number)
        line.leave()

    with ThreadPoolExecutor(5) as pool:
        for number in range(5):
            pool.submit(enter, number)
            waits(line, number + 1)
        line.leave()
    assert came == list(range(5))


def test_a_line_that_does_not_move_says_so_and_goes_on_when_it_does():
    line = Line(1, patience=0.05)
    line.enter()
    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(line.enter) for _each in range(3)]:
            with pytest.raises(Stuck):
                one.result()
    line.leave()
    line.enter()
    line.leave()
    assert not line._waiting and line._free == 1


@pytest.mark.parametrize("served", [True, False])
def test_only_whoever_was_served_shows_that_the_line_moves(served):
    """Where the database is gone each who comes in waits for nothing, and so would all behind them."""
    line = Line(1, patience=0.5)
    line.enter()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(line.enter) for _each in range(8)]
        waits(line, 8)
        for _time in range(8):
            time.sleep(0.15)
            line.leave(served=served)
        stuck = [one for one in waiting if isinstance(one.exception(), Stuck)]
    assert bool(stuck) is not served


def test_no_place_is_lost_where_somebody_gives_up_as_their_turn_comes():
    line, given_up = Line(1, patience=0.001), []

    def try_often(_n: int) -> None:
        for _time in range(200):
            try:
                line.enter()
            except Stuck:
                given_up.append(1)
            else:
                threading.Event().wait(0.0005)
                line.leave()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(try_often, range(8)))
    assert line._free == 1 and not line._waiting
