"""What is not a rule is refused at its place, in words, and in bounded time."""

import time

import pytest

from crm.rules import InvalidRule, parse
from crm.rules.literals import LONGEST_TEXT, MOST_VALUES
from crm.rules.parse import DEEPEST, MOST_CONDITIONS
from tests.crm.rules.world import REGISTRY

LEAF = {"field": "contact.name", "op": "is", "value": "Alice"}


def refused(data, **options) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRule) as caught:
        parse(data, registry=REGISTRY, **options)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def on(field: str, op: str, *value) -> dict:
    return {"field": field, "op": op} | ({"value": value[0]} if value else {})


@pytest.mark.parametrize(
    ("data", "path", "message"),
    [
        (None, "$", "A condition must be an object"),
        ([], "$", "A condition must be an object"),
        ("all", "$", "A condition must be an object"),
        ({}, "$", "exactly one of: all, any, none, field, column, property, did"),
        ({"all": [], "any": [LEAF]}, "$", "exactly one of"),
        ({"all": [], "field": "contact.name"}, "$", "exactly one of"),
        ({"all": {}}, "$.all", "must be a list"),
        ({"any": []}, "$.any", "Add at least one condition"),
        ({"none": []}, "$.none", "Add at least one condition"),
        ({"all": [LEAF, 5]}, "$.all[1]", "A condition must be an object"),
        ({"all": [], "then": 1}, "$", "“then” is not understood here"),
        (LEAF | {"values": 1}, "$", "“values” is not understood here"),
        (LEAF | {5: 1}, "$", "“5” is not understood here"),
        (on("contact.nmae", "is", "x"), "$.field", "There is no “contact.nmae”. Did you mean “contact.name”?"),
        (on("x" * 400, "is", "x"), "$.field", "x…”"),
        (on("attribute.", "is", "x"), "$.field", "There is no “attribute.”"),
        ({"field": ["contact.name"], "op": "is", "value": "x"}, "$.field", "must be a text"),
        ({"field": "contact.name", "value": "x"}, "$", "“op” is one of: is, is_not"),
        (on("contact.name", "more_than", 3), "$.op", "“more_than” does not go with “contact.name”. Use one of: is,"),
        (on("contact.name", {"$ne": 1}, 3), "$.op", "does not go with"),
        (on("contact.name", "is"), "$", "“is” needs a value"),
        (on("contact.name", "is_missing", None), "$.value", "takes no value"),
        (on("contact.name", "is", 5), "$.value", "must be a text"),
        (on("contact.name", "is", None), "$.value", "must be a text"),
        (on("contact.name", "is", ""), "$.value", "must not be empty"),
        (on("contact.name", "is", "a\x00b"), "$.value", "cannot be stored"),
        (on("contact.name", "is", "a\ud800"), "$.value", "cannot be stored"),
        (on("contact.name", "is", "x" * (LONGEST_TEXT + 1)), "$.value", "longer than 500 characters"),
        (on("contact.name", "is_one_of", "x"), "$.value", "list with at least one value"),
        (on("contact.name", "is_one_of", []), "$.value", "list with at least one value"),
        (on("contact.name", "is_one_of", ["x", 1]), "$.value", "must be a text"),
        (on("contact.name", "is_one_of", ["x"] * (MOST_VALUES + 1)), "$.value", "more than 500 values"),
        (on("contact.language", "is", "fr"), "$.value", "“fr” is not one of: en, zh"),
        (on("contact.language", "is_one_of", ["en", "fr"]), "$.value", "“fr” is not one of: en, zh"),
        (on("contact.language", "contains", "e"), "$.op", "does not go with"),
        (on("contact.spent", "is", "5"), "$.value", "must be a number"),
        (on("contact.spent", "is", True), "$.value", "must be a number"),
        (on("contact.spent", "is", float("nan")), "$.value", "too large"),
        (on("contact.spent", "is", float("inf")), "$.value", "too large"),
        (on("contact.spent", "is", 10**5000), "$.value", "too large"),
        (on("contact.spent", "between", [5, 1]), "$.value", "must not be more than the second"),
        (on("contact.spent", "between", [5]), "$.value", "list of two values"),
        (on("contact.vip", "is", 1), "$.value", "must be true or false"),
        (on("contact.tags", "is", "x"), "$.op", "does not go with"),
        (on("contact.tags", "includes", "x"), "$.value", "list with at least one value"),
        (on("contact.born", "is", "2026-02-30"), "$.value", "no such date as 2026-02-30"),
        (on("contact.born", "is", "yesterday"), "$.value", "a date such as"),
        (on("contact.born", "is", "２０２６-01-01"), "$.value", "a date such as"),
        (on("contact.born", "before", "2026-01-01T00:00:00Z"), "$.value", "a date such as"),
        (on("contact.born", "before", "0001-01-01"), "$.value", "between 1900 and 2999"),
        (on("contact.born", "in_last", {"hours": 36}), "$.value", "whole days"),
        (on("contact.seen", "is", "2026-01-01"), "$.op", "does not go with"),
        (on("contact.seen", "before", "2026-01-01T00:00:00"), "$.value", "a time with its offset"),
        (on("contact.seen", "before", 5), "$.value", "a time with its offset"),
        (on("contact.seen", "between", ["2026-01-01", "2026-01-02T00:00:00Z"]), "$.value", "Both must be dates"),
        (on("contact.seen", "in_last", 30), "$.value", "a span of time such as"),
        (on("contact.seen", "in_last", {"days": 1, "hours": 1}), "$.value", "a span of time such as"),
        (on("contact.seen", "in_last", {"months": 1}), "$.value", "a span of time such as"),
        (on("contact.seen", "in_last", {"days": 0}), "$.value", "a whole number from 1"),
        (on("contact.seen", "in_last", {"days": 1.5}), "$.value", "a whole number from 1"),
        (on("contact.seen", "in_last", {"days": True}), "$.value", "a whole number from 1"),
        (on("contact.seen", "in_last", {"days": 10**40}), "$.value", "100 years at most"),
        (on("attribute.milk", "more_than", "x"), "$.value", "must be a number"),
        (on("attribute.milk", "is", None), "$.value", "must be a text"),
        (on("attribute.milk", "between", ["2026-02-30", "2026-03-01"]), "$.value", "no such date"),
        ({"column": "total", "op": "is", "value": 1}, "$.column", "belongs inside “where”"),
        ({"property": "total", "op": "is", "value": 1}, "$.property", "There is no event at hand here"),
        ({"did": "ordre"}, "$.did", "There is no “ordre”. Did you mean “order”?"),
        ({"did": 5}, "$.did", "must be a text"),
        ({"did": "order", "name": "x"}, "$.name", "have no names"),
        ({"did": "event", "name": ""}, "$.name", "must not be empty"),
        ({"did": "order", "within": 5}, "$.within", "a span of time such as"),
        ({"did": "order", "between": ["2026-01-01"]}, "$.between", "list of two values"),
        (
            {"did": "order", "within": {"days": 1}, "between": ["2026-01-01", "2026-01-02"]},
            "$",
            "only one of: within, between",
        ),
        ({"did": "order", "count": 5}, "$.count", "an object with “op” and “value”"),
        ({"did": "order", "count": {"op": "at_least", "value": "2"}}, "$.count.value", "must be a number"),
        ({"did": "order", "count": {"op": "is_missing"}}, "$.count.op", "always known"),
        ({"did": "order", "count": {}, "sum": {}}, "$", "only one of: count, sum"),
        ({"did": "order", "sum": {"op": "is", "value": 1}}, "$.sum", "which “column” or “property”"),
        ({"did": "order", "sum": {"column": "note", "op": "is", "value": 1}}, "$.sum.column", "Only numbers"),
        ({"did": "order", "sum": {"property": "x", "op": "is", "value": 1}}, "$.sum.property", "has no properties"),
        ({"did": "order", "last": {"column": "ttal", "op": "is_known"}}, "$.last.column", "Did you mean “total”?"),
        (
            {"did": "event", "last": {"property": "x", "op": "includes", "value": ["y"]}},
            "$.last.property",
            "lists cannot be compared",
        ),
        ({"did": "order", "where": LEAF}, "$.where", "must be a list"),
        ({"did": "order", "where": [LEAF]}, "$.where[0].field", "use “column” or “property”"),
        ({"did": "order", "where": [{"did": "order"}]}, "$.where[0]", "use “column” or “property”"),
        ({"did": "order", "where": [{"property": "x", "op": "is_known"}]}, "$.where[0].property", "has no properties"),
    ],
)
def test_each_mistake_is_named_at_its_place(data, path, message) -> None:
    ((found_path, found_message),) = refused(data)
    assert found_path == path
    assert message in found_message
    assert len(found_message) < 300


def test_all_mistakes_are_found_at_once() -> None:
    bad = on("contact.spent", "is", "many")
    data = {"all": [bad, {"any": [LEAF, bad]}, {"did": "event", "where": [{"column": "x", "op": "is"}]}]}
    paths = [path for path, _ in refused(data)]
    assert paths == ["$.all[0].value", "$.all[1].any[1].value", "$.all[2].where[0].column"]


def nested(depth: int) -> dict:
    data = LEAF
    for _ in range(depth):
        data = {"all": [data]}
    return data


def test_groups_nest_fifty_deep_and_no_deeper() -> None:
    parse(nested(DEEPEST - 1), registry=REGISTRY)
    ((path, message),) = refused(nested(DEEPEST))
    assert path == "$" + ".all[0]" * (DEEPEST - 1)
    assert "50 deep" in message


@pytest.mark.parametrize(
    "data",
    [
        nested(100_000),
        {"all": [LEAF] * 1_000_000},
        {"all": [{}] * 1_000_000},
        {"any": [{"any": [5] * 1000}] * 1000},
        {"all": [{"field": "x" * 10_000_000, "op": "is", "value": "x"}]},
    ],
    ids=["depth", "width", "wrong width", "wrong both", "long key"],
)
def test_hostile_sizes_are_refused_quickly(data) -> None:
    start = time.process_time()
    problems = refused(data)
    assert time.process_time() - start < 1
    assert len(problems) <= MOST_CONDITIONS
    assert all(len(message) < 300 for _, message in problems)


def test_the_event_at_hand_is_for_triggers_only() -> None:
    leaf = {"property": "total", "op": "more_than", "value": 10}
    parse(leaf, event_at_hand=True, registry=REGISTRY)
    assert refused({"all": [leaf]})[0][0] == "$.all[0].property"
