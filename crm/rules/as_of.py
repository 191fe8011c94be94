"""A rule asked as of an earlier moment: what was done later does not count yet."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from .kinds import Kind
from .literals import YEARS
from .needs import span
from .operators import OPERATORS, TICK, Comparison
from .tree import AllOf, AnyOf, Did, NoneOf, Rule

BEGINNING = datetime(YEARS[0], 1, 1, tzinfo=UTC)


def as_of(rule: Rule, at: datetime, rows: Collection[str]) -> Rule:
    """The same with conditions on these kinds of rows looking no further than `at`."""
    match rule:
        case Did() if rule.rows.key in rows:
            since, until = span(rule.window, at)
            window = Comparison(OPERATORS["between"], Kind.DATETIME, (since or BEGINNING, until + TICK))
            return replace(rule, window=window)
        case AllOf(children) | AnyOf(children) | NoneOf(children):
            return type(rule)(tuple(as_of(child, at, rows) for child in children))
    return rule
