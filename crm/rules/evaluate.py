"""Rules answered in memory, for one contact as of a time: to explain, to try, and as the SQL's oracle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, localcontext
from typing import Any, Protocol

from .compile import check_aware
from .fields import Field
from .needs import span
from .problems import NoEventAtHand
from .tree import AllOf, AnyOf, Did, Group, Leaf, Measure, NoneOf, Place, Rule

EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


class Facts(Protocol):
    """What is known of one contact.

    Datetimes are aware. Numbers in JSON are exact as int or Decimal; a float stands for its shortest notation.
    """

    @property
    def event(self) -> Mapping[str, Any] | None:
        """``{"properties": {…}}`` of the event that is being looked at."""

    def scalar(self, key: str) -> Any:
        """A field's value (None: missing); for a bag's field what the JSON holds."""

    def rows(self, key: str) -> Sequence[Mapping[str, Any]]:
        """Rows as ``{"id", "at", <column>: value, "properties": {…}}``, in any order, those after `at` too."""


@dataclass(frozen=True)
class Explanation:
    """Why a rule holds or not: its tree, each condition with what was found. `actual` is None for groups."""

    rule: Rule
    holds: bool
    actual: Any = None
    children: tuple["Explanation", ...] = ()


def evaluate(rule: Rule, facts: Facts, at: datetime) -> bool:
    """Does the contact match? Raises NoEventAtHand."""
    check_aware(at)
    return _holds(rule, facts, at)


def explain(rule: Rule, facts: Facts, at: datetime) -> Explanation:
    """The same answer, with every condition looked at. Raises NoEventAtHand."""
    check_aware(at)
    return _explained(rule, facts, at)


def actual_value(leaf: Leaf, facts: Facts) -> Any:
    """What a leaf is about, read as the kind that it compares; None if missing."""
    if leaf.place is Place.EVENT:
        if facts.event is None:
            raise NoEventAtHand(leaf.field.key)
        raw = facts.event.get("properties", {}).get(leaf.field.key)
    else:
        raw = facts.scalar(leaf.field.key)
    return leaf.field.read(raw, leaf.comparison.kind)


def measured_value(did: Did, facts: Facts, at: datetime) -> Any:
    """The count, the sum, the first or the last value that a condition on rows is about."""
    rows = _rows_counted(did, facts, at)
    measure = did.measure
    if measure.field is None:
        return Decimal(len(rows))
    if measure.how != "sum":
        return (
            _in_row(rows[-1 if measure.how == "last" else 0], measure.place, measure.field, measure) if rows else None
        )
    values = [_in_row(row, measure.place, measure.field, measure) for row in rows]
    with localcontext(EXACT):
        return sum((value for value in values if value is not None), Decimal(0))


def _holds(rule: Rule, facts: Facts, at: datetime) -> bool:
    match rule:
        case Leaf():
            return rule.comparison.at(at).holds(actual_value(rule, facts))
        case Did():
            return rule.measure.comparison.at(at).holds(measured_value(rule, facts, at))
        case AllOf(children):
            return all(_holds(child, facts, at) for child in children)
        case AnyOf(children):
            return any(_holds(child, facts, at) for child in children)
        case NoneOf(children):
            return not any(_holds(child, facts, at) for child in children)


def _explained(rule: Rule, facts: Facts, at: datetime) -> Explanation:
    if isinstance(rule, Leaf | Did):
        actual = actual_value(rule, facts) if isinstance(rule, Leaf) else measured_value(rule, facts, at)
        comparison = rule.comparison if isinstance(rule, Leaf) else rule.measure.comparison
        return Explanation(rule, comparison.at(at).holds(actual), actual)
    children = tuple(_explained(child, facts, at) for child in rule.children)
    return Explanation(rule, _group_holds(rule, [child.holds for child in children]), children=children)


def _group_holds(group: Group, children: list[bool]) -> bool:
    match group:
        case AllOf():
            return all(children)
        case AnyOf():
            return any(children)
        case NoneOf():
            return not any(children)


def _rows_counted(did: Did, facts: Facts, at: datetime) -> list[Mapping[str, Any]]:
    """The matching rows from the first to the last."""
    first, last = span(did.window, at)
    found = [
        row
        for row in facts.rows(did.rows.key)
        if (moment := row["at"]) is not None
        and (first is None or first <= moment.astimezone(UTC))
        and moment.astimezone(UTC) <= last
        and (did.name is None or row[did.rows.named_by] == did.name)
        and all(_row_matches(child, row, at) for child in did.where)
    ]
    return sorted(found, key=lambda row: (row["at"].astimezone(UTC), row["id"]))


def _row_matches(rule: Rule, row: Mapping[str, Any], at: datetime) -> bool:
    if isinstance(rule, Leaf):
        return rule.comparison.at(at).holds(_in_row(row, rule.place, rule.field, rule))
    assert not isinstance(rule, Did), "parse lets no condition about rows into a `where`"
    return _group_holds(rule, [_row_matches(child, row, at) for child in rule.children])


def _in_row(row: Mapping[str, Any], place: Place, field: Field, asked: Leaf | Measure) -> Any:
    values = row["properties"] if place is Place.PROPERTY else row
    return field.read(values.get(field.key), asked.comparison.kind)
