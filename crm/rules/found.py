"""What conditions found, as values: one statement for many of them and a few contacts."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from .answers import aggregate, aggregates
from .compile import check_aware
from .facts import Cursor, loaded, stored
from .fields import Registry, registry
from .fragment import Sql, bind, compose, join, trusted
from .kinds import Kind, read
from .tree import Did, Leaf

MOST_COLUMNS = 500
"""Conditions of one statement."""

type Condition = Leaf | Did


@dataclass(frozen=True, slots=True)
class Found:
    """Whether a condition holds for somebody, and the value that it is about; None if it is missing."""

    holds: bool
    value: Any


def fetch_found(
    cursor: Cursor,
    asked: Iterable[Condition],
    contact_ids: Collection[int],
    at: datetime,
    *,
    registry: Registry = registry,
) -> dict[int, dict[Condition, Found]]:
    """For each contact that exists what each condition found as of `at`, as `explain` would say. None of them may be
    about the event at hand. One query for each 500 conditions."""
    check_aware(at)
    found: dict[int, dict[Condition, Found]] = {}
    for part in batched(dict.fromkeys(asked), MOST_COLUMNS, strict=False):
        for contact, *values in _rows(cursor, part, contact_ids, at, registry):
            found.setdefault(contact, {}).update(zip(part, _read(part, values, at), strict=True))
    return found


def _rows(
    cursor: Cursor, part: tuple[Condition, ...], contact_ids: Collection[int], at: datetime, registry: Registry
) -> list[tuple[Any, ...]]:
    ids = bind(list(contact_ids), "bigint[]")
    joins, columns = aggregates(list(part), ids, at)
    values = [columns[aggregate(one)] if isinstance(one, Did) else stored(one.field) for one in part]
    table = trusted(registry.contacts_table)
    sql = compose("SELECT {} FROM {} c{} WHERE c.id = ANY({})", join(", ", [Sql("c.id"), *values]), table, joins, ids)
    cursor.execute(sql.text, sql.params)
    return cursor.fetchall()


def _read(part: Iterable[Condition], values: Iterable[Any], at: datetime) -> Iterator[Found]:
    for one, raw in zip(part, values, strict=True):
        comparison = one.measure.comparison if isinstance(one, Did) else one.comparison
        value = _measured(one, raw) if isinstance(one, Did) else one.field.read(loaded(one.field, raw), comparison.kind)
        yield Found(comparison.at(at).holds(value), value)


def _measured(did: Did, raw: Any) -> Any:
    kind = did.measure.comparison.kind
    if did.measure.field is None:
        return read(Kind.NUMBER, raw)
    return did.measure.field.read(loaded(did.measure.field, raw), kind) if kind is Kind.JSON else read(kind, raw)
