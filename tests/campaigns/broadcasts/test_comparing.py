"""What a comparison can show is said before, and what it showed only if it did."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.broadcasts.comparing import ENOUGH, Outcome, detectable, needed, p_value, winner


def test_with_120_people_each_only_a_jump_from_10_to_about_24_percent_would_show() -> None:
    assert detectable(120, 0.10) == pytest.approx(0.24, abs=0.01)


@pytest.mark.parametrize(
    ("share", "better", "people"), [(0.10, 0.15, 686), (0.50, 0.60, 388), (0.05, 0.10, 435), (0.20, 0.25, 1094)]
)
def test_the_people_needed_are_those_of_the_tables(share: float, better: float, people: int) -> None:
    """Of `power.prop.test` of R, 80 % power, 5 % two-sided."""
    assert needed(share, better) == pytest.approx(people, abs=1.0)


def test_few_people_can_show_nothing() -> None:
    assert detectable(0) is None
    assert detectable(2) is None
    assert detectable(ENOUGH, 0.10) < 0.17


@given(st.integers(10, 100_000), st.floats(0.01, 0.9))
def test_more_people_show_smaller_differences(people: int, share: float) -> None:
    few, many = detectable(people, share), detectable(2 * people, share)
    assert many is None and few is None or few is None or share < many <= few


def test_the_better_version_wins_only_if_chance_would_hardly_do_it() -> None:
    assert winner({"a": Outcome(500, 50), "b": Outcome(500, 85)}) == "b"
    assert winner({"a": Outcome(500, 50), "b": Outcome(500, 60)}) is None
    assert winner({"a": Outcome(10, 0), "b": Outcome(10, 3)}) is None
    assert winner({"a": Outcome(0, 0), "b": Outcome(0, 0)}) is None


def test_among_three_the_best_has_to_beat_both() -> None:
    assert winner({"a": Outcome(500, 50), "b": Outcome(500, 90), "c": Outcome(500, 88)}) is None
    assert winner({"a": Outcome(500, 50), "b": Outcome(500, 90), "c": Outcome(500, 40)}) == "b"


def test_two_that_are_the_same_are_told_apart_by_chance_no_oftener_than_one_in_twenty() -> None:
    drawn = random.Random(3)
    wrong = 0
    for _ in range(1000):
        a, b = (Outcome(400, sum(drawn.random() < 0.1 for _ in range(400))) for _ in range(2))
        wrong += winner({"a": a, "b": b}) is not None
    assert wrong <= 75


@given(st.integers(1, 1000), st.integers(1, 1000), st.data())
def test_chance_is_a_share_and_the_same_from_both_sides(n: int, m: int, data: st.DataObject) -> None:
    one = Outcome(n, data.draw(st.integers(0, n)))
    other = Outcome(m, data.draw(st.integers(0, m)))
    assert 0 <= p_value(one, other) <= 1
    assert p_value(one, other) == pytest.approx(p_value(other, one))
