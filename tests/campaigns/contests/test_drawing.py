"""The draw: uniform, the same whoever draws and in whatever order, and bound by what was promised."""

import hashlib
import hmac
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from campaigns.contests import drawing

SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)
IDS = st.lists(st.uuids().map(str), min_size=1, max_size=40, unique=True)
CHI_SQUARE_9_AT_1E6 = 44.81
"""With nine degrees of freedom: more comes once in a million draws (Pearson's test; scipy.stats.chi2.isf(1e-6, 9))."""


@given(SEEDS, IDS, st.randoms())
def test_the_order_in_which_entries_are_listed_decides_nothing(seed, ids, shuffler):
    mixed = shuffler.sample(ids, len(ids))
    assert drawing.drawn(seed, mixed) == drawing.drawn(seed, ids)
    assert drawing.fixed(mixed) == drawing.fixed(ids)
    assert Counter(drawing.drawn(seed, ids)) == Counter(ids)


@given(SEEDS, IDS, st.data())
def test_taking_an_entry_out_moves_nobody_else(seed, ids, data):
    gone = data.draw(st.sampled_from(ids))
    before = [id for id in drawing.drawn(seed, ids) if id != gone]
    assert drawing.drawn(seed, [id for id in ids if id != gone]) == before


@given(SEEDS, SEEDS)
def test_another_seed_breaks_the_promise(seed, other):
    assert (drawing.commitment(seed) == drawing.commitment(other)) == (seed == other)


@given(IDS, st.uuids().map(str))
def test_another_list_has_another_digest(ids, one_more):
    listed = drawing.fixed(ids)
    assert drawing.digest_of(drawing.fixed([*ids, one_more])) != drawing.digest_of(listed) or one_more in ids
    assert drawing.digest_of(listed[1:]) != drawing.digest_of(listed)


def test_every_entry_has_the_same_chance():
    ids = [f"00000000-0000-7000-8000-{n:012d}" for n in range(10)]
    maker = random.Random(4)
    draws = 20_000
    for place in (0, 1, 9):
        came = Counter(drawing.drawn(maker.randbytes(32).hex(), ids)[place] for _ in range(draws))
        expected = draws / len(ids)
        assert sum((came[id] - expected) ** 2 / expected for id in ids) < CHI_SQUARE_9_AT_1E6


def test_a_seed_has_256_bits_and_never_comes_twice():
    seeds = {drawing.new_seed() for _ in range(1000)}
    assert len(seeds) == 1000 and all(len(bytes.fromhex(seed)) == 32 for seed in seeds)


def test_it_is_what_the_page_says_it_is():
    seed, id = "ab" * 32, "0190a3b4-0000-7000-8000-000000000001"
    assert drawing.commitment(seed) == hashlib.sha256(b"ab" * 32).hexdigest()
    assert drawing.lot(seed, id) == hmac.digest(b"ab" * 32, id.encode(), "sha256").hex()
    assert drawing.digest_of(["a", "b"]) == hashlib.sha256(b"a\nb").hexdigest()
