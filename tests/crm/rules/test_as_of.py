"""A rule asked as of an earlier moment answers as it would have answered then, in SQL and in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.rules import EVERYONE, AllOf, Did, NoneOf, as_of, evaluate, mentions_time, parse
from tests.crm.rules.test_evaluators_agree import answers, facts_of, relaxed
from tests.crm.rules.world import AT, REGISTRY, create_tables, deeds, fill_tables, worlds

ALL = tuple(REGISTRY.rows)


@pytest.fixture
def tables(db: None) -> None:
    create_tables()


@relaxed
@given(worlds, deeds(), st.sampled_from([0, 1, 25, 24 * 7, 24 * 31]))
def test_what_came_later_does_not_count(tables, world, written, hours) -> None:
    fill_tables(world)
    ids = list(range(1, len(world["contact"]) + 1))
    rule, then = parse(written, registry=REGISTRY), AT - timedelta(hours=hours)
    assert isinstance(rule, Did)
    assume(not mentions_time(replace(rule, window=None)))
    asked = as_of(rule, then, ALL)
    facts = facts_of([rule, asked], ids, AT)
    would_have = {contact for contact in ids if evaluate(rule, facts_of([rule], ids, then)[contact], then)}
    assert {contact for contact in ids if evaluate(asked, facts[contact], AT)} == would_have
    assert {contact for _number, contact in answers({0: asked}, ids, AT)} == would_have


def test_other_rows_and_what_is_no_row_stay_as_they_are():
    rule = parse({"did": "order", "within": {"days": 7}}, registry=REGISTRY)
    assert as_of(rule, AT, ()) == rule
    assert as_of(EVERYONE, AT, ALL) == EVERYONE
    both = AllOf((rule, NoneOf((rule, rule))))
    changed = as_of(rule, AT, ALL)
    assert as_of(both, AT, ALL) == AllOf((changed, NoneOf((changed, changed))))
    assert changed != rule
