"""Everything that rules may ask, asked of worlds of the real models: the database and memory answer alike."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.models import Contact
from crm.rules import (
    Rule,
    compile_answers,
    compile_where,
    describe,
    evaluate,
    fetch_facts,
    operators_for,
    parse,
    registry,
)
from tests.crm import real_world
from tests.crm.real_world import World, columns_of, in_bags
from tests.crm.rules.world import AT, CLOCKS, MOMENTS, SPANS

pytestmark = pytest.mark.django_db

relaxed = settings(max_examples=60)


def everybody() -> list[int]:
    return list(Contact.objects.order_by("pk").values_list("pk", flat=True))


def in_sets(rules: dict[int, Rule], at) -> set[tuple[int, int]]:
    found = set()
    with connection.cursor() as cursor:
        for number, rule in rules.items():
            where, values = compile_where(rule, at)
            cursor.execute(f"SELECT c.id FROM crm_contacts_contact c WHERE {where}", values)
            found |= {(number, contact) for (contact,) in cursor.fetchall()}
    return found


def answered(rules: dict[int, Rule], at) -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(*compile_answers(rules, everybody(), at))
        return set(cursor.fetchall())


def in_memory(rules: dict[int, Rule], at) -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        facts = fetch_facts(cursor, rules.values(), everybody(), at)
    return {(n, contact) for n, rule in rules.items() for contact, known in facts.items() if evaluate(rule, known, at)}


@relaxed
@given(st.integers(0, 10**9), st.data(), st.sampled_from(CLOCKS))
def test_sql_and_memory_agree_on_rules_over_all_fields(number: int, data: st.DataObject, at) -> None:
    with transaction.atomic():
        World(number)
        written = data.draw(st.lists(real_world.rules(), min_size=1, max_size=5))
        rules = {n: parse(rule) for n, rule in enumerate(written)}
        found = in_memory(rules, at)
        assert in_sets(rules, at) == found
        assert answered(rules, at) == found
        transaction.set_rollback(True)


@relaxed
@given(st.integers(0, 10**9), st.data(), st.lists(st.sampled_from(MOMENTS), max_size=4))
def test_facts_of_a_year_answer_every_moment_of_it_as_sql_does(number: int, data: st.DataObject, moments) -> None:
    begin = AT - timedelta(days=365)
    with transaction.atomic():
        World(number)
        rules = {
            n: parse(rule) for n, rule in enumerate(data.draw(st.lists(real_world.rules(), min_size=1, max_size=4)))
        }
        with connection.cursor() as cursor:
            facts = fetch_facts(cursor, rules.values(), everybody(), AT, since=begin)
        for at in [begin, *(moment.astimezone(AT.tzinfo) for moment in moments if begin <= moment <= AT), AT]:
            found = {(n, one) for n, rule in rules.items() for one, known in facts.items() if evaluate(rule, known, at)}
            assert in_sets(rules, at) == found
        transaction.set_rollback(True)


def values_for(choices: list[str]) -> list[Any]:
    """A few values of every shape that an operator takes; those that do not fit are refused by `parse`."""
    texts = choices or [*real_world.WORDS, "track", "site", "reply", "Max", "Taste", *real_world.NAMES_OF_EVENTS]
    texts = [*texts, "GB", "Europe/London", "journey:a", "ask", "bought", "t-offers"]
    singles = [*texts, 0, 5, 5.5, True, False, "2026-10-24", "2026-10-20T12:00:00+00:00"]
    return [*singles, texts[:2], ["oat"], [0, 5], ["2026-10-01", "2026-10-25"], *SPANS[:3]]


def every_comparison(place: str, field) -> list[dict[str, Any]]:
    choices = [key for key, _label in field.choices()]
    found: list[dict[str, Any]] = []
    for operator in operators_for(field.kind):
        bare = {place: field.key, "op": operator.key}
        found += [bare, *({**bare, "value": value} for value in values_for(choices))]
    return found


def everything_asked() -> dict[str, list[dict[str, Any]]]:
    """By what is asked about, every operator with several values."""
    asked = {field.key: every_comparison("field", field) for field in [*registry.fields.values(), *in_bags()]}
    for rows in registry.rows.values():
        asked[rows.key] = [
            {"did": rows.key} | more for more in ({}, {"within": {"days": 8}}, {"count": {"op": "is", "value": 2}})
        ]
        for field in columns_of(rows):
            leaves = every_comparison("column", field)
            asked[f"{rows.key} {field.key}"] = [{"did": rows.key, "where": [leaf]} for leaf in leaves]
    return asked


def readable(rule: dict[str, Any]) -> Rule | None:
    try:
        return parse(rule)
    except ValueError:
        return None


def test_every_operator_of_every_field_agrees_and_tells_people_apart() -> None:
    World(7, people=16, rows=44)
    blind = []
    for key, written in everything_asked().items():
        rules = {n: rule for n, data in enumerate(written) if (rule := readable(data))}
        found = in_memory(rules, AT)
        assert in_sets(rules, AT) == found, key
        assert answered(rules, AT) == found, key
        by_rule = defaultdict(set)
        for n, contact in found:
            by_rule[n].add(contact)
        if not any(0 < len(people) < 16 for people in by_rule.values()):
            blind.append(key)
    assert blind == [], "nothing asked of these tells anybody from anybody, so that nothing is tested"


def test_no_two_things_that_may_be_asked_have_the_same_words() -> None:
    """So that no two rules read the same."""
    World(1)
    labels = [str(field.label) for field in registry.fields.values()]
    assert len(labels) == len(set(labels)), sorted(labels)
    deeds = [str(rows.label) for rows in registry.rows.values()]
    assert len(deeds) == len(set(deeds)), sorted(deeds)
    for rows in registry.rows.values():
        columns = [str(field.label) for field in columns_of(rows)]
        assert len(columns) == len(set(columns)), (rows.key, columns)
        assert not {*columns} & {*deeds}


def test_two_groups_or_surveys_of_one_name_are_told_apart() -> None:
    world = World(1)
    first, second = ({"did": "segment", "name": str(segment.uid)} for segment in world.segments)
    assert describe(parse(first)) != describe(parse(second))


def test_what_comes_later_changes_no_answer() -> None:
    """As of a time: what happened after it is not known yet."""
    World(3, people=8, rows=40)
    asked = [rule for written in everything_asked().values() for rule in written if "did" in rule]
    rules = {n: rule for n, data in enumerate(asked[::7]) if (rule := readable(data))}
    before = AT - timedelta(days=7)
    assert in_memory(rules, before) == answered(rules, before)
