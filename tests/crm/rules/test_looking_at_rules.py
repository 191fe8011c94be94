"""What can be asked of a rule itself: its sentence, its needs, why it holds, what an event leaves of it."""

from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from crm.rules import (
    EVERYONE,
    NOBODY,
    AlreadyRegistered,
    Field,
    Kind,
    KnownFacts,
    NoEventAtHand,
    Registry,
    Rule,
    compile_answers,
    compile_where,
    describe,
    evaluate,
    explain,
    fields_used,
    mentions_time,
    needs,
    operators_for,
    parse,
    phrase,
    settle_event,
)
from tests.crm.rules.world import AT, REGISTRY, TICK

ENGLISH = {"field": "contact.language", "op": "is", "value": "en"}
OAT = {"field": "attribute.milk", "op": "is", "value": "oat"}
TWICE = {"did": "order", "within": {"days": 30}, "count": {"op": "at_least", "value": 2}}
LEFT = {"did": "event", "name": "Cart Left", "within": {"hours": 36}}
DEAR = {"property": "total", "op": "more_than", "value": 10}


def rule(data: dict) -> Rule:
    return parse(data, event_at_hand=True, registry=REGISTRY)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"all": []}, "Everyone"),
        (ENGLISH, "People whose language is “English”"),
        (
            {"all": [ENGLISH, TWICE]},
            "People whose language is “English” and who ordered at least twice in the last 30 days",
        ),
        (
            {"all": [TWICE, OAT, {"none": [LEFT]}]},
            "People who ordered at least twice in the last 30 days and whose “milk” is “oat” "
            "but not those who did “Cart Left” in the last 36 hours",
        ),
        ({"none": [OAT, ENGLISH]}, "Everyone but those whose “milk” is “oat” or whose language is “English”"),
        (
            {"any": [{"all": [OAT, ENGLISH]}, TWICE]},
            "People either (both whose “milk” is “oat” and whose language is “English”) "
            "or who ordered at least twice in the last 30 days",
        ),
        (
            {"did": "order", "count": {"op": "is", "value": 0}, "between": ["2026-05-01", "2026-05-31"]},
            "People who never ordered between 1 May 2026 and 31 May 2026",
        ),
        (
            {
                "did": "event",
                "name": "Order Completed",
                "where": [{"property": "total", "op": "at_least", "value": 9.5}],
            },
            "People who did “Order Completed” where “total” is at least 9.5",
        ),
        (
            {"did": "order", "within": {"days": 1}, "sum": {"column": "total", "op": "more_than", "value": 100}},
            "People who ordered in the last 1 day, with a total of more than 100 in all",
        ),
        ({"field": "contact.vip", "op": "is", "value": True}, "People who have a customer card"),
        (
            {"all": [{"field": "contact.vip", "op": "is", "value": False}, TWICE]},
            "People who do not have a customer card and ordered at least twice in the last 30 days",
        ),
        ({"field": "contact.tags", "op": "includes", "value": ["a", "b"]}, "People whose tags includes “a”, “b”"),
        (
            {"field": "contact.seen", "op": "longer_ago", "value": {"weeks": 8}},
            "People whose last visit is 56 days ago or longer",
        ),
        (DEAR, "People when “total” of what happened is more than 10"),
    ],
)
def test_a_rule_reads_as_a_sentence(data, sentence) -> None:
    assert describe(rule(data)) == sentence


def test_a_rule_says_which_fields_it_uses_and_whether_time_alone_can_change_it() -> None:
    data = {"all": [ENGLISH, {"none": [OAT, LEFT]}, DEAR]}
    assert fields_used(rule(data)) == {"contact.language", "attribute.milk", "event"}
    assert mentions_time(rule(data))
    assert not mentions_time(rule({"all": [ENGLISH, {"did": "order", "between": ["2026-05-01", "2026-05-31"]}]}))
    recent = {"column": "paid", "op": "in_last", "value": {"days": 3}}
    assert mentions_time(rule({"did": "order", "where": [{"any": [recent]}]}))
    assert mentions_time(rule({"did": "order", "last": recent | {"op": "longer_ago"}}))


def test_needs_name_the_widest_window_and_all_names() -> None:
    now = AT.astimezone(UTC)
    week = LEFT | {"name": "Order Completed", "within": {"days": 7}}
    needed = needs([rule({"all": [LEFT, ENGLISH]}), rule({"none": [week, TWICE]})], AT)
    assert set(needed.fields) == {"contact.language"}
    assert needed.rows["event"].since == now - timedelta(days=7) + TICK
    assert needed.rows["event"].names == {"Cart Left", "Order Completed"}
    assert (needed.rows["order"].since, needed.rows["order"].names) == (now - timedelta(days=30) + TICK, None)
    assert needs([rule(LEFT), rule({"did": "event"})], AT).rows["event"].since is None
    assert needs([rule(LEFT), rule({"did": "event"})], AT).rows["event"].names is None


def test_an_explanation_has_every_condition_with_what_was_found() -> None:
    orders = [{"id": n, "at": AT - timedelta(days=n), "total": Decimal(5)} for n in (1, 2, 40)]
    facts = KnownFacts({"contact.language": "zh", "attribute.milk": None}, {"order": orders})
    found = explain(rule({"all": [TWICE, {"any": [ENGLISH, OAT]}]}), facts, AT)
    twice, either = found.children
    assert (found.holds, twice.holds, either.holds) == (False, True, False)
    assert twice.actual == 2
    assert [(phrase(leaf.rule), leaf.actual, leaf.holds) for leaf in either.children] == [
        ("whose language is “English”", "zh", False),
        ("whose “milk” is “oat”", None, False),
    ]


@pytest.mark.parametrize(
    ("data", "total", "left"),
    [
        (DEAR, 11, EVERYONE),
        (DEAR, 10, NOBODY),
        ({"all": [DEAR, ENGLISH]}, 11, {"all": [ENGLISH]}),
        ({"all": [DEAR, ENGLISH]}, 10, NOBODY),
        ({"any": [DEAR, ENGLISH]}, 11, EVERYONE),
        ({"any": [DEAR, ENGLISH]}, 10, {"any": [ENGLISH]}),
        ({"none": [DEAR, ENGLISH]}, 11, NOBODY),
        ({"none": [DEAR, ENGLISH]}, 10, {"none": [ENGLISH]}),
        ({"none": [DEAR]}, 10, EVERYONE),
        ({"all": [{"any": [DEAR]}, {"none": [DEAR]}]}, 11, NOBODY),
    ],
)
def test_an_event_leaves_what_is_still_to_be_asked(data, total, left) -> None:
    expected = rule(left) if isinstance(left, dict) else left
    assert settle_event(rule(data), {"properties": {"total": total}}, AT) == expected


def test_a_rule_about_the_event_at_hand_cannot_be_asked_without_one() -> None:
    with pytest.raises(NoEventAtHand):
        compile_where(rule(DEAR), AT)
    with pytest.raises(NoEventAtHand):
        compile_answers({1: rule(DEAR)}, [1], AT, registry=REGISTRY)
    with pytest.raises(NoEventAtHand):
        evaluate(rule(DEAR), KnownFacts(), AT)


def test_no_value_from_a_rule_is_ever_in_the_sql() -> None:
    hostile = "x'); DROP TABLE contacts; --%s"
    data = {
        "any": [
            {"field": f"attribute.{hostile}", "op": "is", "value": hostile},
            {"field": "contact.name", "op": "contains", "value": hostile},
            {"did": "event", "name": hostile, "where": [{"property": hostile, "op": "is_one_of", "value": [hostile]}]},
            {"did": "event", "last": {"property": hostile, "op": "more_than", "value": 987}},
        ]
    }
    for sql, params in (
        compile_where(rule(data), AT),
        compile_answers({hostile: rule(data)}, [987], AT, registry=REGISTRY),
    ):
        assert "DROP" not in sql
        assert "987" not in sql
        assert sql.count("%s") == len(params)


def test_one_statement_reads_each_table_once_for_any_number_of_rules() -> None:
    many = {n: rule({"all": [TWICE | {"count": {"op": "at_least", "value": n}}, LEFT]}) for n in range(40)}
    sql, _ = compile_answers(many, [1, 2], AT, registry=REGISTRY)
    assert sql.count("FROM rules_order r") == 1
    assert sql.count("FROM rules_event r") == 1
    assert sql.count(" AS m") == 2


def test_an_operator_is_offered_only_where_it_fits() -> None:
    assert [operator.key for operator in operators_for(Kind.BOOLEAN)] == ["is", "is_not", "is_missing", "is_known"]


def test_a_key_belongs_to_one_field() -> None:
    registry = Registry("contacts")
    name = Field("contact.name", "name", Kind.TEXT, "c.name")
    registry.add(name, name)
    with pytest.raises(AlreadyRegistered):
        registry.add(Field("contact.name", "name", Kind.TEXT, "c.full_name"))
