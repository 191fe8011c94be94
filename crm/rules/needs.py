"""What must be at hand to answer rules: which of a contact's fields, and which rows since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .fields import Field, Rows
from .operators import TICK, Comparison, Takes, end_of, first_moment
from .tree import Did, Place, Rule, conditions


@dataclass(frozen=True)
class RowsNeeded:
    """Rows from `since` on (None: from the beginning), of these `names` (None: of any)."""

    rows: Rows
    since: datetime | None
    names: frozenset[str] | None

    def __or__(self, other: "RowsNeeded") -> "RowsNeeded":
        since = min(self.since, other.since) if self.since and other.since else None
        names = None if self.names is None or other.names is None else self.names | other.names
        return RowsNeeded(self.rows, since, names)


@dataclass(frozen=True)
class Needs:
    """By their keys."""

    fields: dict[str, Field]
    rows: dict[str, RowsNeeded]

    def __or__(self, other: "Needs") -> "Needs":
        rows = dict(self.rows)
        for key, needed in other.rows.items():
            rows[key] = rows[key] | needed if key in rows else needed
        return Needs(self.fields | other.fields, rows)


def needs(rules: Iterable[Rule], at: datetime) -> Needs:
    """All that these rules look at when asked as of `at`."""
    fields: dict[str, Field] = {}
    rows: dict[str, RowsNeeded] = {}
    for condition in (condition for rule in rules for condition in conditions(rule)):
        if isinstance(condition, Did):
            needed = rows_needed(condition, at)
            before = rows.get(condition.rows.key, needed)
            rows[condition.rows.key] = before | needed
        elif condition.place is Place.CONTACT:
            fields[condition.field.key] = condition.field
    return Needs(fields, rows)


def rows_needed(did: Did, at: datetime) -> RowsNeeded:
    since, _ = span(did.window, at)
    return RowsNeeded(did.rows, since, None if did.name is None else frozenset({did.name}))


def span(window: Comparison | None, at: datetime) -> tuple[datetime | None, datetime]:
    """The first and the last moment that count, in UTC; nothing after `at` does."""
    now = first_moment(at, at)
    if window is None:
        return None, now
    if window.operator.takes is Takes.DURATION:
        return now - window.value + TICK, now
    first, last = window.value
    return first_moment(first, at), min(end_of(last, at) - TICK, now)
