"""The three ways to answer a rule are each other's oracle."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.transaction import atomic
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.rules import (
    Found,
    compile_answers,
    compile_where,
    conditions,
    describe,
    evaluate,
    explain,
    fetch_facts,
    fetch_found,
    parse,
    settle_event,
    to_json,
)
from tests.crm.rules.world import (
    AT,
    CLOCKS,
    MOMENTS,
    REGISTRY,
    create_tables,
    fill_tables,
    json_objects,
    rules,
    trigger_rules,
    worlds,
)

relaxed = settings(max_examples=150)


@pytest.fixture
def tables(db: None) -> None:
    create_tables()


def matching_in_set(rule, at) -> set[int]:
    where, params = compile_where(rule, at)
    with atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT c.id FROM rules_contact c WHERE {where}", params)
        return {row[0] for row in cursor.fetchall()}


def answers(rules, ids, at) -> set[tuple]:
    with atomic(), connection.cursor() as cursor:
        cursor.execute(*compile_answers(rules, ids, at, registry=REGISTRY))
        rows = cursor.fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def facts_of(rules, ids, at) -> dict:
    with atomic(), connection.cursor() as cursor:
        return fetch_facts(cursor, rules, ids, at, registry=REGISTRY)


@relaxed
@given(worlds, st.lists(rules, min_size=1, max_size=4), st.sampled_from(CLOCKS))
def test_sql_for_sets_sql_for_touched_contacts_and_memory_agree(tables, world, written, at) -> None:
    fill_tables(world)
    ids = list(range(1, len(world["contact"]) + 1))
    read = {number: parse(rule, registry=REGISTRY) for number, rule in enumerate(written)}
    facts = facts_of(read.values(), ids, at)
    in_sets = {(number, contact) for number, rule in read.items() for contact in matching_in_set(rule, at)}
    in_memory = {
        (number, contact) for number, rule in read.items() for contact in ids if evaluate(rule, facts[contact], at)
    }
    assert in_sets == in_memory
    assert answers(read, ids, at) == in_memory
    explained = {(n, contact) for n, rule in read.items() for contact in ids if explain(rule, facts[contact], at).holds}
    assert explained == in_memory
    assert answers(read, ids[:1], at) == {(number, contact) for number, contact in in_memory if contact == ids[0]}


@relaxed
@given(
    worlds,
    st.lists(rules, min_size=1, max_size=4),
    st.sampled_from([CLOCKS[0], *CLOCKS[2:]]),
    st.sampled_from([timedelta(0), timedelta(hours=25), timedelta(days=31), timedelta(days=400)]),
    st.lists(st.sampled_from(MOMENTS), max_size=4),
)
def test_facts_of_a_while_answer_every_moment_of_it_as_sql_does(tables, world, written, end, length, moments) -> None:
    """One fetch for the whole while, however many moments are asked about: as a backtest does."""
    fill_tables(world)
    ids = list(range(1, len(world["contact"]) + 1))
    begin = end - length
    read = {number: parse(rule, registry=REGISTRY) for number, rule in enumerate(written)}
    with atomic(), connection.cursor() as cursor:
        facts = fetch_facts(cursor, read.values(), ids, end, since=begin, registry=REGISTRY)
    between = [moment.astimezone(end.tzinfo) for moment in moments if begin <= moment <= end]
    for at in [begin, *between, end]:
        in_memory = {(n, one) for n, rule in read.items() for one in ids if evaluate(rule, facts[one], at)}
        assert in_memory == {(n, one) for n, rule in read.items() for one in matching_in_set(rule, at)}


@relaxed
@given(worlds, st.lists(rules, min_size=1, max_size=4), st.sampled_from(CLOCKS))
def test_what_conditions_found_is_what_an_explanation_says(tables, world, written, at) -> None:
    fill_tables(world)
    ids = list(range(1, len(world["contact"]) + 1))
    read = [parse(rule, registry=REGISTRY) for rule in written]
    facts = facts_of(read, ids, at)
    asked = [condition for rule in read for condition in conditions(rule)]
    with atomic(), connection.cursor() as cursor:
        found = fetch_found(cursor, asked, ids, at, registry=REGISTRY)
    for contact in ids:
        for condition in asked:
            explained = explain(condition, facts[contact], at)
            assert found[contact][condition] == Found(explained.holds, explained.actual)


@relaxed
@given(worlds, trigger_rules, json_objects)
def test_an_event_at_hand_is_settled_before_the_database_is_asked(tables, world, written, properties) -> None:
    fill_tables(world)
    ids = list(range(1, len(world["contact"]) + 1))
    rule = parse(written, event_at_hand=True, registry=REGISTRY)
    event = {"properties": properties}
    left = settle_event(rule, event, AT)
    facts = facts_of([rule], ids, AT)
    for known in facts.values():
        known.event = event
    in_memory = {contact for contact in ids if evaluate(rule, facts[contact], AT)}
    assert matching_in_set(left, AT) == in_memory
    assert answers({"t": left}, ids, AT) == {("t", contact) for contact in in_memory}


@relaxed
@given(rules)
def test_a_rule_survives_being_written_and_read_again(written) -> None:
    rule = parse(written, registry=REGISTRY)
    again = parse(json.loads(json.dumps(to_json(rule))), registry=REGISTRY)
    assert again == rule
    assert hash(again) == hash(rule)
    assert describe(again) == describe(rule)


@relaxed
@given(worlds, rules, st.sampled_from([timedelta(0), timedelta(days=7), timedelta(days=-30)]))
def test_what_happened_after_the_time_asked_about_changes_no_answer(tables, world, written, shift) -> None:
    at = AT + shift
    fill_tables(world)
    ids = list(range(1, len(world["contact"]) + 1))
    rule = parse(written, registry=REGISTRY)
    before = matching_in_set(rule, at)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO rules_order SELECT 1000 + id, contact_id, %s FROM rules_order", [at + timedelta(1)])
    assert matching_in_set(rule, at) == before
    assert {contact for _, contact in answers({1: rule}, ids, at)} == before
