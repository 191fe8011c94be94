"""The operators: what they go with, what value they take, what they ask and how they read.

Times. `at` is an aware datetime. A window of days is that many times 24 hours, half open: after ``at - window``,
up to and with ``at``. A calendar date (a value such as "2026-05-01", and "today" for fields that are dates) is
taken in the time zone that `at` itself carries: a caller who wants the shop's days passes `at` in the shop's zone.
Datetimes have microseconds here as in PostgreSQL, so that "after x" is "from x + 1 microsecond".
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import comparisons
from .comparisons import Test
from .kinds import Kind

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


class Takes(Enum):
    """The shape of an operator's value."""

    ONE = auto()
    MANY = auto()
    PAIR = auto()
    DURATION = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class Timeless:
    """A question that is the same at any time."""

    ask: Callable[[Kind, Any], Test]

    def __call__(self, kind: Kind, value: Any, at: datetime) -> Test:
        return self.ask(kind, value)


@dataclass(frozen=True)
class Operator:
    """`test(kind, value, at)` says what is asked; `phrase` is its reading, with ``{value}``."""

    key: str
    kinds: tuple[Kind, ...]
    takes: Takes
    phrase: Any = field(compare=False)
    test: Callable[[Kind, Any, datetime], Test]

    @property
    def relative(self) -> bool:
        """Does its answer change by the mere passing of time?"""
        return self.takes is Takes.DURATION


@dataclass(frozen=True)
class Comparison:
    """An operator with its value, as in ``{"op": "more_than", "value": 10}``."""

    operator: Operator
    kind: Kind
    value: Any = None

    def at(self, at: datetime) -> Test:
        return self._always or self.operator.test(self.kind, self.value, at)

    @cached_property
    def _always(self) -> Test | None:
        """The test, where it is the same at any time: events are asked it in memory, again and again."""
        test = self.operator.test
        return test.ask(self.kind, self.value) if isinstance(test, Timeless) else None


def first_moment(value: date | datetime, at: datetime) -> datetime:
    """A moment, or the first one of a calendar date where `at` is; in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time.min, tzinfo=at.tzinfo).astimezone(UTC)


def end_of(value: date | datetime, at: datetime) -> datetime:
    """A moment, or the first one after a calendar date where `at` is; in UTC."""
    return first_moment(value if isinstance(value, datetime) else value + DAY, at)


def _before(kind: Kind, value: Any, at: datetime) -> Test:
    return comparisons.less_than(kind, first_moment(value, at) if kind is Kind.DATETIME else value)


def _after(kind: Kind, value: Any, at: datetime) -> Test:
    if kind is Kind.DATE or isinstance(value, datetime):
        return comparisons.more_than(kind, value)
    return comparisons.at_least(kind, end_of(value, at))


def _between(kind: Kind, value: Any, at: datetime) -> Test:
    low, high = value
    if kind is Kind.DATETIME:
        low, high = first_moment(low, at), end_of(high, at) - TICK
    return comparisons.between(kind, low, high)


def _in_last(kind: Kind, value: timedelta, at: datetime) -> Test:
    if kind is Kind.DATE:
        return comparisons.between(kind, at.date() - value + DAY, at.date())
    return comparisons.between(kind, at.astimezone(UTC) - value + TICK, at.astimezone(UTC))


def _in_next(kind: Kind, value: timedelta, at: datetime) -> Test:
    if kind is Kind.DATE:
        return comparisons.between(kind, at.date() + DAY, at.date() + value)
    return comparisons.between(kind, at.astimezone(UTC) + TICK, at.astimezone(UTC) + value)


def _longer_ago(kind: Kind, value: timedelta, at: datetime) -> Test:
    return comparisons.at_most(kind, at.date() - value if kind is Kind.DATE else at.astimezone(UTC) - value)


TEXT = (Kind.TEXT,)
TEXTS = (Kind.TEXT, Kind.CHOICE)
NUMBER = (Kind.NUMBER,)
TIMES = (Kind.DATE, Kind.DATETIME)
EXACT = (*TEXTS, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE)
ALL = tuple(Kind)
ONE, MANY, PAIR, DURATION, NOTHING = Takes

_is = Timeless(comparisons.equals)
_is_not = Timeless(comparisons.differs)
_one_of = Timeless(comparisons.one_of)
_none_of = Timeless(comparisons.none_of)
_contains = Timeless(comparisons.contains)
_starts_with = Timeless(comparisons.starts_with)
_more_than = Timeless(comparisons.more_than)
_less_than = Timeless(comparisons.less_than)
_at_least = Timeless(comparisons.at_least)
_at_most = Timeless(comparisons.at_most)
_includes = Timeless(comparisons.includes)
_missing = Timeless(comparisons.missing)
_known = Timeless(comparisons.known)

OPERATORS = {
    operator.key: operator
    for operator in (
        Operator("is", EXACT, ONE, _("is {value}"), _is),
        Operator("is_not", EXACT, ONE, _("is not {value}"), _is_not),
        Operator("is_one_of", TEXTS, MANY, _("is one of {value}"), _one_of),
        Operator("is_none_of", TEXTS, MANY, _("is none of {value}"), _none_of),
        Operator("contains", TEXT, ONE, _("contains {value}"), _contains),
        Operator("starts_with", TEXT, ONE, _("starts with {value}"), _starts_with),
        Operator("more_than", NUMBER, ONE, _("is more than {value}"), _more_than),
        Operator("less_than", NUMBER, ONE, _("is less than {value}"), _less_than),
        Operator("at_least", NUMBER, ONE, _("is at least {value}"), _at_least),
        Operator("at_most", NUMBER, ONE, _("is at most {value}"), _at_most),
        Operator("between", NUMBER + TIMES, PAIR, _("is between {value}"), _between),
        Operator("before", TIMES, ONE, _("is before {value}"), _before),
        Operator("after", TIMES, ONE, _("is after {value}"), _after),
        Operator("in_last", TIMES, DURATION, _("is in the last {value}"), _in_last),
        Operator("in_next", TIMES, DURATION, _("is in the next {value}"), _in_next),
        Operator("longer_ago", TIMES, DURATION, _("is {value} ago or longer"), _longer_ago),
        Operator("includes", (Kind.LIST,), MANY, _("includes {value}"), _includes),
        Operator("is_missing", ALL, NOTHING, _("is not known"), _missing),
        Operator("is_known", ALL, NOTHING, _("is known"), _known),
    )
}


def operators_for(kind: Kind) -> list[Operator]:
    """What an editor may offer for a field of this kind (for JSON: all)."""
    return [operator for operator in OPERATORS.values() if kind is Kind.JSON or kind in operator.kinds]
