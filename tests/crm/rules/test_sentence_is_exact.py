"""A rule reads as one sentence, and no other rule reads the same."""

import copy
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from crm.rules import InvalidRule, Rule, describe, parse
from crm.rules.tree import AllOf, AnyOf, NoneOf
from crm.rules.tree import Rule as Node
from tests.crm.rules.world import REGISTRY, trigger_rules

ORDERED = {"did": "order"}
NEVER = {"did": "order", "count": {"op": "is", "value": 0}}
ENGLISH = {"field": "contact.language", "op": "is", "value": "en"}
CARD = {"field": "contact.vip", "op": "is", "value": False}


def read(rule: dict[str, Any]) -> Rule:
    return parse(rule, event_at_hand=True, registry=REGISTRY)


def trees(leaves: tuple[Node, ...], most: int, deepest: int) -> list[tuple[Node, int]]:
    """Every rule of at most so many leaves, with how many it has."""
    found = [(leaf, 1) for leaf in leaves]
    if deepest:
        for parts, count in lists(trees(leaves, most, deepest - 1), most):
            groups = (AllOf, AnyOf, NoneOf) if len(parts) > 1 else (NoneOf,)
            found += [(group(parts), count) for group in groups]
    return found


def lists(below: list[tuple[Node, int]], most: int) -> Iterator[tuple[tuple[Node, ...], int]]:
    """Every list of these with at most so many leaves together."""
    for node, number in below:
        if number <= most:
            yield (node,), number
            yield from (((node, *more), number + count) for more, count in lists(below, most - number))


def all_read_differently(rules: set[Rule]) -> int:
    said = defaultdict(set)
    for rule in rules:
        said[describe(rule)].add(rule)
    assert [(text, same) for text, same in said.items() if len(same) > 1] == []
    return len(rules)


@pytest.mark.parametrize(("leaves", "most", "deepest"), [([ORDERED, ENGLISH, CARD], 2, 4), ([ORDERED, CARD], 3, 3)])
def test_no_two_ways_to_group_conditions_read_the_same(leaves, most: int, deepest: int) -> None:
    found = {node for node, _number in trees(tuple(map(read, leaves)), most, deepest)}
    assert all_read_differently(found) > 800


def test_no_two_ways_to_group_what_counts_read_the_same() -> None:
    leaves = [{"column": "total", "op": "is", "value": 5}, {"column": "note", "op": "is", "value": "x"}]
    ordered = read(ORDERED | {"where": leaves})
    found = {node for node, _number in trees(ordered.where, 3, 3)}
    lists = [(node,) for node in found if not isinstance(node, AllOf)]
    lists += [node.children for node in found if isinstance(node, AllOf)]
    assert all_read_differently({type(ordered)(ordered.rows, ordered.measure, where=where) for where in lists}) > 300


def variations(data: Any) -> Iterator[Any]:
    """The same data with one thing in it changed a little."""
    if isinstance(data, dict):
        for key in data:
            yield from ({**data, key: other} for other in variations(data[key]))
            yield {name: value for name, value in data.items() if name != key}
            if key in ("all", "any", "none", "within", "first", "last", "count", "sum", "days", "hours"):
                for other in ("all", "any", "none", "first", "last", "days", "hours", "minutes"):
                    yield {other if name == key else name: value for name, value in data.items()}
        if "op" in data:
            yield from ({**data, "op": op} for op in ("is", "is_not", "at_least", "more_than", "contains", "is_known"))
        if {"all", "any", "none", "did", "field"} & data.keys():
            yield from ({how: [data, *more]} for how in ("all", "any", "none") for more in ([], [ORDERED], [CARD]))
    elif isinstance(data, list):
        for number in range(len(data)):
            yield data[:number] + data[number + 1 :]
            yield from (data[:number] + [other] + data[number + 1 :] for other in variations(data[number]))
        yield data[::-1]
        yield [*data, data]
    elif isinstance(data, str):
        yield from (data + "”", f"{data}” and whose name is “{data}", data.upper(), f"“{data}”", f"{data}, {data}")
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield from (data + 1, data / 2, str(data), not data)


@settings(max_examples=150)
@given(trigger_rules)
def test_what_reads_the_same_is_the_same(written) -> None:
    found = {read(written)}
    for other in variations(copy.deepcopy(written)):
        try:
            found.add(read(other))
        except InvalidRule:
            continue
    all_read_differently(found)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"all": []}, "Everyone"),
        ({"all": [ORDERED]}, "People who ordered"),
        ({"none": [ORDERED]}, "Everyone but those who ordered"),
        (NEVER, "People who never ordered"),
        (
            {
                "all": [
                    {"did": "order", "within": {"days": 30}, "count": {"op": "at_least", "value": 2}},
                    {"field": "attribute.milk", "op": "is", "value": "oat"},
                    CARD,
                ]
            },
            "People who ordered at least twice in the last 30 days and whose “milk” is “oat” "
            "but who do not have a customer card",
        ),
        (
            {"all": [ORDERED, {"did": "event", "name": "Cart Left"}, {"none": [ENGLISH]}]},
            "People who ordered and did “Cart Left” but not those whose language is “English”",
        ),
        (
            {"any": [ORDERED, ENGLISH, CARD]},
            "People either who ordered or whose language is “English” or who do not have a customer card",
        ),
        (
            {"all": [{"any": [ORDERED, ENGLISH]}, {"none": [CARD, NEVER]}]},
            "People (either who ordered or whose language is “English”) "
            "but not those (who do not have a customer card or who never ordered)",
        ),
        (
            {"any": [ORDERED, {"all": [ENGLISH, CARD, NEVER]}]},
            "People either who ordered or (all of this: whose language is “English” and who do not have a customer "
            "card and who never ordered)",
        ),
        (
            {"did": "order", "where": [{"column": "total", "op": "more_than", "value": 5}]},
            "People who ordered where total is more than 5",
        ),
        (
            {"field": "contact.seen", "op": "before", "value": "2026-05-01T09:00:30+02:00"},
            "People whose last visit is before 1 May 2026, 07:00:30 UTC",
        ),
    ],
)
def test_it_reads_like_plain_english(rule, sentence: str) -> None:
    assert describe(read(rule)) == sentence
