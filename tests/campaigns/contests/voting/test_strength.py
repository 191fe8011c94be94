"""Blind pairs: the order that is in the data is found, whatever the names, and where there is none it says so."""

from collections import Counter
from itertools import combinations
from math import exp, isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.contests.voting.pairing import MOST, choose, pair
from campaigns.contests.voting.strength import ranked

wins = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda two: two[0] != two[1]), st.integers(1, 9), max_size=20
)


def played(true: dict[int, float], each: int, random: Random) -> Counter[tuple[int, int]]:
    """Every two meet `each` times."""
    found: Counter[tuple[int, int]] = Counter()
    for one, other in combinations(true, 2):
        for _time in range(each):
            is_better = random.random() < 1 / (1 + exp(true[other] - true[one]))
            found[(one, other) if is_better else (other, one)] += 1
    return found


def test_the_order_is_found_again():
    true = {n: 0.8 * n for n in range(10)}
    found = ranked(played(true, 60, Random(4)))
    assert [one.entry for one in found] == sorted(true, key=lambda n: -true[n])
    assert [one.place for one in found] == list(range(1, 11))
    assert found[0].comparisons == 9 * 60


def test_strengths_are_those_that_made_the_data():
    true = {n: 0.5 * n for n in range(5)}
    found = {one.entry: one.strength for one in ranked(played(true, 4000, Random(1)))}
    for one, other in combinations(true, 2):
        assert isclose(found[other] / found[one], exp(true[other] - true[one]), rel_tol=0.15)


@given(wins)
def test_it_always_comes_to_an_end_at_the_maximum(data):
    """Where the slope is zero: as many are won as the strengths expect, the made-up entry's half too."""
    found = {one.entry: one.strength for one in ranked(data)}
    for one, mine in found.items():
        won = 0.5 + sum(count for (better, _worse), count in data.items() if better == one)
        expected = mine / (mine + 1)
        for (better, worse), count in data.items():
            if one in (better, worse):
                expected += count * mine / (mine + found[worse if better == one else better])
        assert isclose(won, expected, rel_tol=1e-4)


@given(wins, st.permutations(range(8)))
def test_names_mean_nothing(data, names):
    renamed = {(names[better], names[worse]): count for (better, worse), count in data.items()}
    once, again = {one.entry: one for one in ranked(data)}, {one.entry: one for one in ranked(renamed)}
    for name, one in once.items():
        other = again[names[name]]
        assert isclose(one.strength, other.strength, rel_tol=1e-4) and one.comparisons == other.comparisons
        assert one.place == other.place and isclose(one.share, other.share, rel_tol=1e-4)


@given(st.integers(2, 8), st.integers())
def test_what_wins_all_is_first_and_what_loses_all_is_last(many, number):
    random = Random(number)
    data = Counter(two if random.random() < 0.5 else two[::-1] for two in combinations(range(1, many + 1), 2))
    for n in range(1, many + 1):
        data[0, n] += 1
        data[n, 99] += 1
    data[0, 99] += 1
    found = ranked(data)
    assert found[0].entry == 0 and found[0].place == 1 and found[-1].entry == 99
    assert 0 <= found[-1].share < found[0].share <= 1


def test_equals_share_a_place_and_the_next_is_left_out():
    data = {(1, 3): 4, (2, 3): 4, (1, 2): 2, (2, 1): 2}
    assert {one.entry: one.place for one in ranked(data)} == {1: 1, 2: 1, 3: 3}
    assert ranked({}) == []


def test_it_says_where_it_cannot_tell():
    few = ranked({(1, 2): 2, (2, 1): 1})
    assert all(one.unsure for one in few)
    many = ranked({(1, 2): 200, (2, 1): 100})
    assert not any(one.unsure for one in many)


def test_of_equals_it_claims_to_tell_two_apart_about_once_in_twenty_times():
    """The first two of two: at 95 % a difference is claimed of 5 % of equals."""
    random, claimed, rounds = Random(7), 0, 600
    for _round in range(rounds):
        won = sum(random.random() < 0.5 for _game in range(60))
        claimed += not ranked({(1, 2): won, (2, 1): 60 - won})[0].unsure
    assert claimed / rounds < 0.08


def test_everything_is_compared_equally_often_and_no_pair_twice_by_one_person():
    random, compared = Random(3), dict.fromkeys(range(30), 0)
    sides: Counter[int] = Counter()
    for _person in range(40):
        done: set[tuple[int, int]] = set()
        while two := choose(compared, done, random):
            assert pair(*two) not in done and two[0] != two[1]
            done.add(pair(*two))
            sides[two[0] < two[1]] += 1
            for one in two:
                compared[one] += 1
        assert len(done) == MOST
    assert max(compared.values()) - min(compared.values()) <= 3
    assert 0.4 < sides[1] / sides.total() < 0.6


@pytest.mark.parametrize(("entries", "asked"), [(0, 0), (1, 0), (2, 1), (3, 3), (4, 6)])
def test_whoever_has_seen_all_pairs_is_through(entries, asked):
    done: set[tuple[int, int]] = set()
    while two := choose(dict.fromkeys(range(entries), 0), done, Random(1)):
        done.add(pair(*two))
    assert len(done) == asked
