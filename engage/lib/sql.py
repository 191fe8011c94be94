"""Small helpers for the raw SQL of hot paths."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

type Params = Sequence[Any] | Mapping[str, Any]


def rows(query: str, params: Params = ()) -> list[tuple]:
    """All rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def decoded(value: Any) -> Any:
    """A column of jsonb, which Django leaves as text in raw queries."""
    return orjson.loads(value) if isinstance(value, str) else value


def document(value: Any) -> str:
    """A parameter of json: one document is read faster than arrays, whose every text psycopg searches for quotes."""
    return orjson.dumps(value).decode()


def run(query: str, params: Params = ()) -> int:
    """Carry out one statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.rowcount


def copy(table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """COPY records into a table (names are ours, never from outside). Raises Django's database errors, as others do."""
    command = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(command) as stream:
        for record in records:
            stream.write_row(record)
