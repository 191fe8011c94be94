"""Which of many journeys an event could begin is found without asking each of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.journeys import triggers
from campaigns.journeys.definition import Occurrence
from campaigns.journeys.happened import left_to_ask
from campaigns.journeys.sought import Sought
from crm.rules import NOBODY, parse
from tests.campaigns.journeys.happenings import Happening, enrolled, listen, live_journey
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, alice

pytestmark = pytest.mark.django_db

VALUES = st.sampled_from(["tea", "milk", "12", "2026-05-04", 12, 12.5, True, False])
LEAVES = st.one_of(
    st.builds(lambda name, value: {"property": name, "op": "is", "value": value}, st.sampled_from("ab"), VALUES),
    st.just({"property": "a", "op": "is_one_of", "value": ["tea", "milk"]}),
    st.just({"property": "b", "op": "is_not", "value": "tea"}),
    st.just({"property": "a", "op": "is_missing"}),
    st.just({"property": "b", "op": "more_than", "value": 11}),
    st.just({"field": "contact.language", "op": "is", "value": "en"}),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda group, children: {group: children},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
PROPERTIES = st.dictionaries(
    st.sampled_from("ab"),
    st.one_of(VALUES, st.none(), st.just(""), st.lists(st.sampled_from(["tea", "milk"]))),
    max_size=2,
)


@given(rules=st.lists(RULES, max_size=6), properties=PROPERTIES)
def test_what_is_not_found_would_have_said_no(rules, properties):
    occurrences = [Occurrence("Order Completed", parse(rule, event_at_hand=True)) for rule in rules]
    found = list(Sought(zip(occurrences, range(len(rules)), strict=False)).by("Order Completed", properties))
    assert len(found) == len(set(found))
    event = Happening(1, properties=properties)
    for number, occurrence in enumerate(occurrences):
        assert number in found or left_to_ask(occurrence, event, at=NOON) == NOBODY


def test_of_many_that_want_different_things_only_the_one_is_asked():
    shelves = [{"all": [{"field": "contact.language", "op": "is", "value": "en"}, shelf(n)]} for n in range(500)]
    sought = Sought(
        (Occurrence("Shelf Viewed", parse(rule, event_at_hand=True)), number) for number, rule in enumerate(shelves)
    )
    assert list(sought.by("Shelf Viewed", {"shelf": "s7"})) == [7]
    assert list(sought.by("Shelf Viewed", {"shelf": "none"})) == []
    assert list(sought.by("Page Viewed", {"shelf": "s7"})) == []


def shelf(number: int) -> dict:
    return {"property": "shelf", "op": "is", "value": f"s{number}"}


def test_whoever_wants_one_of_several_values_is_found_by_each_of_them():
    either = parse({"property": "shelf", "op": "is_one_of", "value": ["s1", "s2", "s1"]}, event_at_hand=True)
    sought = Sought([(Occurrence("Shelf Viewed", either), "either"), (Occurrence("Shelf Viewed"), "any")])
    assert list(sought.by("Shelf Viewed", {"shelf": "s1"})) == ["any", "either"]
    assert list(sought.by("Shelf Viewed", {"shelf": "s3"})) == ["any"]


def test_only_what_the_event_could_begin_is_asked_about_it(monkeypatch):
    asked = []
    monkeypatch.setattr(triggers, "left_to_ask", lambda *args, **more: asked.append(args) or left_to_ask(*args, **more))
    journeys = [live_journey(scenario(trigger=wants(n)), name=f"Shelf {n}") for n in range(5)]
    listen(Happening(alice().pk, "Shelf Viewed", properties={"shelf": "s3"}))
    assert [len(enrolled(journey)) for journey in journeys] == [0, 0, 0, 1, 0]
    assert len(asked) == 1


def wants(number: int) -> dict:
    return {"event": "Shelf Viewed", "rule": shelf(number)}
