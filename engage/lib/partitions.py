"""Tables partitioned by month of `received`: what grows for ever is dropped month by month, not deleted row by row."""

from datetime import UTC, date, datetime

from engage.lib import sql

AHEAD = 2


def months(start: date, count: int) -> list[date]:
    """The first days of `count` months from the month of `start`."""
    first = start.year * 12 + start.month - 1
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(count)]


def ensure(table: str, today: date) -> None:
    """Make the partitions of this month and the next ones. Safe to repeat, also at the same time."""
    bounds = months(today, AHEAD + 2)
    sql.rows("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"partitions {table}"])
    for lower, upper in zip(bounds, bounds[1:], strict=False):
        sql.run(
            f"CREATE TABLE IF NOT EXISTS {table}_{lower:%Y_%m} PARTITION OF {table} "
            f"FOR VALUES FROM ('{_utc(lower)}') TO ('{_utc(upper)}')"
        )


def drop_before(table: str, limit: date) -> list[str]:
    """Drop the partitions that end at or before the month of `limit`; their names."""
    oldest = f"{table}_{limit:%Y_%m}"
    found = sql.rows(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = %s::regclass AND c.relname ~ %s AND c.relname < %s ORDER BY 1",
        [table, rf"^{table}_\d{{4}}_\d{{2}}$", oldest],
    )
    for (name,) in found:
        sql.run(f"DROP TABLE {name}")
    return [name for (name,) in found]


def _utc(day: date) -> str:
    return datetime(day.year, day.month, 1, tzinfo=UTC).isoformat()


def convert(table: str, key: str, indexes: tuple[str, ...] = ()) -> None:
    """Turn a table just created, and still empty, into one partitioned by month of `received`.

    `key` becomes the primary key together with `received`. An identity column cannot stand on a partitioned table
    before PostgreSQL 17, so that the id comes from a sequence.
    """
    sql.run(f"ALTER TABLE {table} RENAME TO {table}_plain")
    sql.run(f"CREATE TABLE {table} (LIKE {table}_plain INCLUDING DEFAULTS) PARTITION BY RANGE (received)")
    sql.run(f"DROP TABLE {table}_plain CASCADE")
    sql.run(f"ALTER TABLE {table} ADD PRIMARY KEY ({key}, received)")
    if key == "id":
        sql.run(f"CREATE SEQUENCE {table}_id_seq OWNED BY {table}.id CACHE 50")
        sql.run(f"ALTER TABLE {table} ALTER COLUMN id SET DEFAULT nextval('{table}_id_seq')")
    for index in indexes:
        sql.run(f"CREATE INDEX {index.format(table=table)}")
    sql.run(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
