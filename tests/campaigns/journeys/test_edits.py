"""Every edit of a valid draft gives a valid draft, or says clearly why not; the flow shows each step once."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.journeys import edits
from campaigns.journeys.edits import Refused, WouldLose
from campaigns.journeys.laying import lay, order
from campaigns.journeys.parse import parse
from campaigns.journeys.ways import START, all_ways, steps_of, ways
from tests.campaigns.journeys.scenarios import letter, scenario

NEW: dict[str, dict[str, Any]] = {
    "message": letter("Hello"),
    "wait": {"kind": "wait", "for": {"days": 1}},
    "answer": {"kind": "wait", "for": {"days": 1}, "exits": [{"event": "Survey Answered"}]},
    "if": {"kind": "branch", "rule": {"all": []}},
    "split": {"kind": "split", "arms": [{"name": "A", "share": 50}, {"name": "B", "share": 50}]},
    "task": {"kind": "task", "task": "call", "text": "Call", "within": {"days": 1}},
    "end": {"kind": "end", "reason": "Over"},
}


def names(draft: dict) -> st.SearchStrategy[str]:
    return st.sampled_from([*steps_of(draft), "nobody"])


def places(draft: dict) -> st.SearchStrategy[str]:
    return st.sampled_from([way for way, _to in all_ways(draft)] + [f"into.{step}" for step in steps_of(draft)])


def edit(draft: dict, data: st.DataObject) -> dict:
    """One edit as somebody may press it."""
    verb = data.draw(st.sampled_from(["insert", "insert", "remove", "move", "move", "copy", "connect", "exit", "take"]))
    sure = data.draw(st.booleans())
    if verb == "insert":
        kind = data.draw(st.sampled_from(sorted(NEW)))
        return edits.insert(draft, data.draw(places(draft)), [(kind, NEW[kind])], sure=sure)[0]
    if verb == "move":
        return edits.move(draft, data.draw(names(draft)), data.draw(places(draft)))
    if verb == "copy":
        return edits.duplicate(draft, data.draw(names(draft)))[0]
    if verb == "connect":
        return edits.connect(draft, data.draw(places(draft)), data.draw(names(draft)), sure=sure)
    if verb == "exit":
        return edits.add_way(draft, data.draw(names(draft)), {"event": "Order Completed"})
    if verb == "take":
        return edits.take_way(draft, data.draw(places(draft)), sure=sure)
    return edits.remove(draft, data.draw(names(draft)), sure=sure)


@given(st.data())
def test_any_edits_of_a_valid_draft_give_valid_ones_or_a_refusal(data):
    draft = scenario()
    for _ in range(data.draw(st.integers(1, 12))):
        before = deepcopy(draft)
        try:
            edited = edit(draft, data)
        except Refused as refused:
            assert str(refused)
        except WouldLose as asks:
            assert asks.steps and set(asks.steps) <= set(draft["steps"])
        else:
            assert draft == before, "the draft that is edited stays as it is"
            parse(edited)
            draft = edited
        lane = lay(draft["start"], START, {name: ways(name, step) for name, step in steps_of(draft).items()})
        laid = list(order(lane))
        assert sorted(laid) == sorted(draft["steps"]), "each step once"


def test_a_new_step_stands_where_it_was_put():
    draft, name = edits.insert(scenario(), "ask.next", [("wait", NEW["wait"])])
    assert draft["steps"]["ask"]["next"] == name and draft["steps"][name]["next"] == "pause"


def test_a_step_put_where_ways_meet_is_met_by_all_of_them():
    draft, name = edits.insert(scenario(), "into.bye", [("wait", NEW["wait"])])
    assert draft["steps"]["thank"]["next"] == draft["steps"]["lucky"]["arms"][1]["next"] == name


def test_the_name_of_a_step_that_was_there_once_is_not_used_again():
    assert edits.insert(scenario(), START, [("wait", NEW["wait"])], taken={"wait", "wait-2"})[1] == "wait-3"


def test_a_removed_step_leaves_no_gap():
    draft = edits.remove(scenario(), "pause")
    assert draft["steps"]["ask"]["next"] == "lucky" and "pause" not in draft["steps"]


def test_removing_what_parts_asks_before_a_way_is_lost_and_keeps_the_one_that_was_named():
    with pytest.raises(WouldLose) as asked:
        edits.remove(scenario(), "lucky", keep="lucky.arms.1")
    assert asked.value.steps == ("thank",)
    draft = edits.remove(scenario(), "lucky", keep="lucky.arms.1", sure=True)
    assert draft["steps"]["pause"]["next"] == "bye" and "thank" not in draft["steps"]


def test_moving_there_and_back_gives_the_draft_byte_for_byte():
    there = edits.move(scenario(), "pause", "thank.next")
    assert edits.move(there, "pause", "ask.next") == scenario()


def test_what_parts_cannot_go_below_itself():
    with pytest.raises(Refused, match="below itself"):
        edits.move(scenario(), "lucky", "lucky.arms.1")


def test_going_back_without_a_wait_is_refused_in_words():
    with pytest.raises(Refused, match="without a wait"):
        edits.connect(scenario(), "thank.next", "lucky")


def test_the_share_of_an_arm_that_is_taken_goes_to_another():
    draft = edits.add_arm(scenario(), "lucky")
    assert [arm["share"] for arm in draft["steps"]["lucky"]["arms"]] == [25, 50, 25]
    draft = edits.take_way(draft, "lucky.arms.2")
    assert [arm["share"] for arm in draft["steps"]["lucky"]["arms"]] == [50, 50]


def test_ways_that_meet_again_go_on_below_both():
    lane = lay("ask", START, {name: ways(name, step) for name, step in scenario()["steps"].items()})
    assert [laid.step for laid in lane.laid] == ["ask", "pause", "lucky", "bye"]
    assert [[laid.step for laid in below.laid] for below in lane.laid[2].lanes] == [["thank"], []]
    assert lane.laid[3].way == "into.bye"
