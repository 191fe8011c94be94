"""Blocks put, moved and taken away: whatever is done, what comes out is valid and nothing else is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.designs import arranging
from campaigns.designs.arranging import Refused
from campaigns.designs.blocks import BLOCKS
from campaigns.designs.checks import check
from campaigns.designs.library import LIBRARY
from campaigns.designs.look import Look
from campaigns.designs.parse import every_block, new_block, parse, parse_blocks
from crm.business.models import Business
from tests.campaigns.designs.documents import any_designed


def blocks():
    pair = new_block("columns", "p") | {"columns": [[new_block("text", "x")], []]}
    return [new_block("heading", "a"), pair, new_block("footer", "f")]


def ids(arranged):
    return [[block["id"], [[one["id"] for one in column] for column in block.get("columns", [])]] for block in arranged]


def test_a_block_is_put_at_its_place():
    arranged, id = arranging.insert(blocks(), "button", ":1")
    assert [block["id"] for block in arranged] == ["a", id, "p", "f"]
    arranged, id = arranging.insert(blocks(), "button", "p.1:0")
    assert ids(arranged)[1] == ["p", [["x"], [id]]]


@pytest.mark.parametrize(
    ("id", "place", "expected"),
    [
        ("a", ":2", [["p", [["x"], []]], ["a", []], ["f", []]]),
        ("f", ":0", [["f", []], ["a", []], ["p", [["x"], []]]]),
        ("a", ":1", [["a", []], ["p", [["x"], []]], ["f", []]]),
        ("a", "p.0:1", [["p", [["x", "a"], []]], ["f", []]]),
        ("x", "p.1:0", [["a", []], ["p", [[], ["x"]]], ["f", []]]),
        ("x", ":9", [["a", []], ["p", [[], []]], ["f", []], ["x", []]]),
    ],
)
def test_a_block_is_moved_to_a_place_as_it_was_numbered_before(id, place, expected):
    assert ids(arranging.move(blocks(), id, place)) == expected


@pytest.mark.parametrize(
    ("id", "place"),
    [("f", "p.0:0"), ("p", "p.0:0"), ("nobody", ":0"), ("a", "a.0:0"), ("a", "p.5:0"), ("a", "../x"), ("a", "")],
)
def test_what_cannot_be_is_refused(id, place):
    with pytest.raises(Refused):
        arranging.move(blocks(), id, place)


def test_blocks_go_up_and_down_and_stay_at_the_end():
    assert ids(arranging.shift(blocks(), "a", 1))[1][0] == "a"
    assert ids(arranging.shift(blocks(), "a", -1)) == ids(blocks())
    assert ids(arranging.shift(blocks(), "f", 1)) == ids(blocks())


def test_a_column_comes_and_goes_and_keeps_what_stood_in_it():
    wide = arranging.widen(blocks(), "p")
    wide, id = arranging.insert(wide, "text", "p.2:0")
    with pytest.raises(Refused):
        arranging.widen(wide, "p")
    assert ids(arranging.narrow(wide, "p"))[1] == ["p", [["x"], [id]]]
    with pytest.raises(Refused):
        arranging.narrow(blocks(), "p")


places = st.sampled_from([":0", ":1", ":9", "b0.0:0", "b1.1:0", "b2.2:1"])
names = st.sampled_from([f"b{number}" for number in range(6)])
acts = st.one_of(
    st.tuples(st.just("insert"), st.sampled_from(sorted(BLOCKS)), places),
    st.tuples(st.just("move"), names, places),
    st.tuples(st.just("shift"), names, st.sampled_from([-1, 1])),
    st.tuples(st.sampled_from(["remove", "duplicate", "widen", "narrow"]), names),
)


@given(any_designed, st.lists(acts, max_size=8))
def test_whatever_is_done_the_blocks_stay_valid(content, acts):
    [parsed] = parse("designed", {"en": content}).values()
    arranged = parsed["body"]["blocks"]
    for act, *said in acts:
        before = len(list(every_block(arranged)))
        try:
            done = getattr(arranging, act)(arranged, *said)
        except Refused:
            continue
        arranged = done[0] if isinstance(done, tuple) else done
        assert parse_blocks(arranged) == arranged
        if act in ("move", "shift", "widen", "narrow"):
            assert len(list(every_block(arranged))) == before


@pytest.mark.parametrize("key", LIBRARY)
def test_what_one_begins_with_is_finished(key):
    ready = LIBRARY[key]
    contents = parse(ready.kind, {"en": ready.make()})
    shop = Business(name="Quay Lane", postal_address="1 Quay Lane", sender_name="Olga")
    found = check(ready.kind, contents, Look(), shop)
    assert [finding for finding in found if finding.stops] == []
    assert {finding.place.rpartition(".")[2] for finding in found} <= {"product", "survey"}
