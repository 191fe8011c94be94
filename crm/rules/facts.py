"""Facts fetched for rules: one query for the contacts' fields, one for each kind of rows."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from .compile import check_aware, rows_bounds
from .fields import Field, Registry, registry
from .fragment import Sql, bind, compose, join, trusted
from .kinds import Kind
from .needs import RowsNeeded, needs
from .operators import first_moment
from .tree import Rule


class Cursor(Protocol):
    """What is asked of a database cursor."""

    def execute(self, sql: str, params: Sequence[Any]) -> Any: ...

    def fetchall(self) -> list[tuple[Any, ...]]: ...


@dataclass
class KnownFacts:
    """`evaluate.Facts` held in memory; also what tests and trials are written with."""

    scalars: dict[str, Any] = field(default_factory=dict)
    rows_by_key: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    event: Mapping[str, Any] | None = None

    def scalar(self, key: str) -> Any:
        return self.scalars[key]

    def rows(self, key: str) -> Sequence[Mapping[str, Any]]:
        return self.rows_by_key.get(key, [])


def fetch_facts(
    cursor: Cursor,
    rules: Iterable[Rule],
    contact_ids: Collection[int],
    at: datetime,
    *,
    since: datetime | None = None,
    registry: Registry = registry,
) -> dict[int, KnownFacts]:
    """All that the rules look at, as of `at`, for each of the contacts that exist; with `since`, as of any moment from
    then to `at`: rows later than the moment that is asked about count for nothing.

    Columns are as they are now; rows are as of `at`. One query, and one more for each kind of rows.
    """
    check_aware(at)
    asked = tuple(rules)
    needed, ids = needs(asked, at), bind(list(contact_ids), "bigint[]")
    if since is not None:
        needed |= needs(asked, since)
    found = _fetch_scalars(cursor, list(needed.fields.values()), ids, registry)
    for rows_needed in needed.rows.values():
        for contact, row in _fetch_rows(cursor, rows_needed, ids, at):
            if contact in found:
                found[contact].rows_by_key.setdefault(rows_needed.rows.key, []).append(row)
    return found


def _fetch_scalars(cursor: Cursor, fields: list[Field], ids: Sql, registry: Registry) -> dict[int, KnownFacts]:
    columns = join(", ", [Sql("c.id"), *(stored(field) for field in fields)])
    sql = compose("SELECT {} FROM {} c WHERE c.id = ANY({})", columns, trusted(registry.contacts_table), ids)
    cursor.execute(sql.text, sql.params)
    return {
        row[0]: KnownFacts({field.key: loaded(field, raw) for field, raw in zip(fields, row[1:], strict=True)})
        for row in cursor.fetchall()
    }


def _fetch_rows(cursor: Cursor, needed: RowsNeeded, ids: Sql, at: datetime) -> Iterable[tuple[int, Mapping[str, Any]]]:
    rows = needed.rows
    properties = Field("properties", "", Kind.JSON, rows.properties or "'{}'::jsonb")
    columns = [Field("id", "", Kind.NUMBER, rows.id), Field("at", "", Kind.DATETIME, rows.time), properties]
    columns += rows.columns
    sql = compose(
        "SELECT {}, {} FROM {} r WHERE {} = ANY({}) AND {}",
        trusted(rows.contact),
        join(", ", [stored(column) for column in columns]),
        trusted(rows.table),
        trusted(rows.contact),
        ids,
        rows_bounds(needed, first_moment(at, at)),
    )
    cursor.execute(sql.text, sql.params)
    for contact, *raws in cursor.fetchall():
        yield contact, {column.key: loaded(column, raw) for column, raw in zip(columns, raws, strict=True)}


def stored(field: Field) -> Sql:
    return compose("({})::text", field.base()) if field.kind is Kind.JSON else field.base()


def loaded(field: Field, raw: Any) -> Any:
    """JSON with its numbers kept exact."""
    if field.kind is not Kind.JSON or raw is None:
        return raw
    return json.loads(raw, parse_float=Decimal, parse_int=Decimal)
