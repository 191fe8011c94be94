"""Intervals against values from tables and by hand."""

import pytest

from engage.lib import likely
from engage.lib.likely import Sample


@pytest.mark.parametrize(("freedom", "t"), [(6, 2.4469), (10, 2.2281), (29, 2.0452), (58.3, 2.0015), (10_000, 1.9602)])
def test_students_t_is_that_of_the_tables(freedom, t):
    assert likely.quantile(freedom) == pytest.approx(t, abs=0.001)


def test_a_mean_from_counts_and_from_sums_is_the_same():
    counted, summed = Sample.counted({3: 10, 4: 10, 5: 10}), Sample.of(30, 120, 500)
    assert counted == pytest.approx(summed)
    assert likely.mean(counted) == pytest.approx((3.6899, 4.3101), abs=0.001)
    assert likely.mean(Sample.counted({4: 30})) == (4, 4)


def test_a_difference_includes_nothing_where_it_may_be_chance():
    few = Sample.counted({1: 15, 5: 15})
    low, high = likely.difference(few, Sample.counted({1: 14, 5: 16}))
    assert low < 0 < high
    low, high = likely.difference(Sample.counted({3: 50, 4: 50}), Sample.counted({4: 50, 5: 50}))
    assert 0.8 < low < 1 < high < 1.2
    assert likely.difference(Sample.counted({4: 30}), Sample.counted({5: 30})) == (1, 1)


def test_promoters_less_detractors_stays_within_what_is_possible():
    low, high = likely.net(41, 0, 41)
    assert 0.8 < low < high == 1
    low, high = likely.net(20, 7, 41)
    assert (low, high) == pytest.approx((0.0743, 0.5167), abs=0.0001)
    assert likely.net(10, 10, 30)[0] == pytest.approx(-likely.net(10, 10, 30)[1])
