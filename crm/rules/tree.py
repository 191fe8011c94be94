"""A rule, once read: a tree of frozen values that already know their fields. Rules are equal if they mean the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .fields import Field, Rows
from .operators import Comparison, Takes


class Place(StrEnum):
    """Where a leaf finds its value."""

    CONTACT = "field"
    COLUMN = "column"
    PROPERTY = "property"
    EVENT = "event"
    """A property of the event at hand; in JSON "property" too, outside of "where"."""


@dataclass(frozen=True)
class Leaf:
    place: Place
    field: Field
    comparison: Comparison


@dataclass(frozen=True)
class Measure:
    """What is asked of the matching rows: their count, the sum of a column, its first or last value."""

    how: str
    comparison: Comparison
    place: Place = Place.COLUMN
    field: Field | None = None

    def of_nothing(self) -> Decimal | None:
        """What it comes to where there is no row."""
        return Decimal(0) if self.how in ("count", "sum") else None


@dataclass(frozen=True)
class Did:
    """A question about rows. `window` is a comparison on their time; rows after `at` never count."""

    rows: Rows
    measure: Measure
    name: str | None = None
    where: tuple["Rule", ...] = ()
    window: Comparison | None = None


@dataclass(frozen=True)
class AllOf:
    """True of everyone when empty."""

    children: tuple["Rule", ...]


@dataclass(frozen=True)
class AnyOf:
    """True of nobody when empty."""

    children: tuple["Rule", ...]


@dataclass(frozen=True)
class NoneOf:
    """True of everyone when empty."""

    children: tuple["Rule", ...]


type Group = AllOf | AnyOf | NoneOf
type Rule = Group | Leaf | Did

EVERYONE = AllOf(())
NOBODY = AnyOf(())

GROUPS: dict[str, type[AllOf] | type[AnyOf] | type[NoneOf]] = {"all": AllOf, "any": AnyOf, "none": NoneOf}
GROUP_KEYS = {group: key for key, group in GROUPS.items()}


def conditions(rule: Rule) -> Iterator[Leaf | Did]:
    """Every leaf that is about the contact or the event at hand; not those inside a `where`."""
    if isinstance(rule, Leaf | Did):
        yield rule
    else:
        for child in rule.children:
            yield from conditions(child)


def fields_used(rule: Rule) -> set[str]:
    """The keys of the contact's fields, and of the rows, that the rule looks at."""
    return {
        condition.rows.key if isinstance(condition, Did) else condition.field.key
        for condition in conditions(rule)
        if isinstance(condition, Did) or condition.place is Place.CONTACT
    }


def mentions_time(rule: Rule) -> bool:
    """May the answer change by the mere passing of time ("in the last 30 days")?"""
    return any(comparison.operator.relative for comparison in _comparisons(rule))


def to_json(rule: Rule) -> dict[str, Any]:
    """The JSON form; ``parse(to_json(rule)) == rule``."""
    if isinstance(rule, Leaf):
        place = Place.PROPERTY if rule.place is Place.EVENT else rule.place
        return {place.value: rule.field.key} | _comparison_json(rule.comparison)
    if isinstance(rule, Did):
        return _did_json(rule)
    return {GROUP_KEYS[type(rule)]: [to_json(child) for child in rule.children]}


def _comparisons(rule: Rule) -> Iterator[Comparison]:
    if isinstance(rule, Leaf):
        yield rule.comparison
    elif isinstance(rule, Did):
        yield rule.measure.comparison
        if rule.window:
            yield rule.window
        for child in rule.where:
            yield from _comparisons(child)
    else:
        for child in rule.children:
            yield from _comparisons(child)


def _did_json(rule: Did) -> dict[str, Any]:
    data: dict[str, Any] = {"did": rule.rows.key}
    if rule.name is not None:
        data["name"] = rule.name
    if rule.where:
        data["where"] = [to_json(child) for child in rule.where]
    if rule.window:
        key = "within" if rule.window.operator.takes is Takes.DURATION else "between"
        data[key] = value_json(rule.window.value)
    measure = rule.measure
    of = {measure.place.value: measure.field.key} if measure.field else {}
    data[measure.how] = of | _comparison_json(measure.comparison)
    return data


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    data: dict[str, Any] = {"op": comparison.operator.key}
    if comparison.operator.takes is not Takes.NOTHING:
        data["value"] = value_json(comparison.value)
    return data


def value_json(value: Any) -> Any:
    match value:
        case tuple():
            return [value_json(item) for item in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case timedelta():
            return _duration_json(value)
        case date() | datetime():
            return value.isoformat()
    return value


def _duration_json(value: timedelta) -> dict[str, int]:
    seconds = round(value.total_seconds())
    for unit, size in (("days", 86400), ("hours", 3600)):
        if seconds % size == 0:
            return {unit: seconds // size}
    return {"minutes": seconds // 60}
