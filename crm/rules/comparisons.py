"""The few questions that every operator comes down to, each in SQL and in Python side by side.

`holds` gets None for a missing value and always answers True or False. The SQL may answer NULL where the
Python answers False; `compile` treats the two as one, so that no third truth value can be seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .fragment import Sql, bind, compose
from .kinds import CASTS, Kind


@dataclass(frozen=True)
class Test:
    """`template` holds one ``{}`` for the tested expression, then one for each of `values`."""

    template: str
    values: tuple[Sql, ...]
    holds: Callable[[Any], bool]

    def on(self, expression: Sql) -> Sql:
        return compose(self.template, expression, *self.values)


def bound(kind: Kind, value: Any) -> Sql:
    """A whole number goes as one, so that whole columns are compared without a cast."""
    whole = kind is Kind.NUMBER and value == value.to_integral_value()
    return bind(int(value), "bigint") if whole else bind(value, CASTS[kind])


def equals(kind: Kind, value: Any) -> Test:
    return Test("{} = {}", (bound(kind, value),), lambda actual: actual == value)


def differs(kind: Kind, value: Any) -> Test:
    """A missing value differs from every value."""
    return Test("{} IS DISTINCT FROM {}", (bound(kind, value),), lambda actual: actual != value)


def one_of(kind: Kind, values: tuple[Any, ...]) -> Test:
    bound = bind(list(values), f"{CASTS[kind]}[]")
    return Test("{} = ANY({})", (bound,), lambda actual: actual in values)


def none_of(kind: Kind, values: tuple[Any, ...]) -> Test:
    """A missing value is none of them."""
    bound = bind(list(values), f"{CASTS[kind]}[]")
    return Test("({} = ANY({})) IS NOT TRUE", (bound,), lambda actual: actual not in values)


def contains(kind: Kind, value: str) -> Test:
    return Test("strpos({}, {}) > 0", (bind(value, "text"),), lambda actual: actual is not None and value in actual)


def starts_with(kind: Kind, value: str) -> Test:
    return Test(
        "starts_with({}, {})",
        (bind(value, "text"),),
        lambda actual: actual is not None and actual.startswith(value),
    )


def more_than(kind: Kind, value: Any) -> Test:
    return Test("{} > {}", (bound(kind, value),), lambda actual: actual is not None and actual > value)


def at_least(kind: Kind, value: Any) -> Test:
    return Test("{} >= {}", (bound(kind, value),), lambda actual: actual is not None and actual >= value)


def less_than(kind: Kind, value: Any) -> Test:
    return Test("{} < {}", (bound(kind, value),), lambda actual: actual is not None and actual < value)


def at_most(kind: Kind, value: Any) -> Test:
    return Test("{} <= {}", (bound(kind, value),), lambda actual: actual is not None and actual <= value)


def between(kind: Kind, low: Any, high: Any) -> Test:
    """Both ends belong to it."""
    return Test(
        "{} BETWEEN {} AND {}",
        (bound(kind, low), bound(kind, high)),
        lambda actual: actual is not None and low <= actual <= high,
    )


def includes(kind: Kind, values: tuple[str, ...]) -> Test:
    """A list that has at least one of the values."""
    return Test(
        "{} && {}",
        (bind(list(values), "text[]"),),
        lambda actual: actual is not None and any(value in actual for value in values),
    )


def missing(kind: Kind, value: None = None) -> Test:
    """Also an empty text and an empty list."""
    return Test(_missing(kind), (), lambda actual: actual is None)


def known(kind: Kind, value: None = None) -> Test:
    return Test(f"NOT ({_missing(kind)})", (), lambda actual: actual is not None)


def _missing(kind: Kind) -> str:
    if kind in (Kind.TEXT, Kind.CHOICE):
        return "NULLIF({}, '') IS NULL"
    if kind is Kind.LIST:
        return "COALESCE(cardinality({}), 0) = 0"
    return "{} IS NULL"
