"""Keeps the work of a product from being over before a test is through with it, however fast the machine is."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.concurrency.product import Product

EVERYBODY = 2**62
MAKE = """
    CREATE TABLE gate (upto bigint NOT NULL, since timestamptz NOT NULL);
    INSERT INTO gate VALUES (0, clock_timestamp());
    CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $wait$ BEGIN
        WHILE {counted} > (SELECT upto FROM gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
        RETURN NULL;
    END $wait$;
    CREATE TRIGGER gate AFTER UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION wait_at_gate();
"""
DROP = "DROP TRIGGER gate ON {table}; DROP FUNCTION wait_at_gate; DROP TABLE gate"
LET = "UPDATE gate SET upto = %s, since = clock_timestamp() RETURNING 1"
WAITING = "SELECT 1 FROM pg_stat_activity, gate WHERE wait_event = 'PgSleep' AND query_start > since"


class Gate:
    """Whoever writes down that it is further than `let` allows waits in the database, with all of its slice done and
    none of it committed."""

    def __init__(self, product: Product) -> None:
        self._product = product

    def let(self, upto: int) -> None:
        self._product.rows(LET, upto)

    def is_waited_at(self) -> bool:
        """By somebody who came since the last `let`: until then the session of whoever was killed is there too."""
        return bool(self._product.rows(WAITING))


@contextmanager
def gate(product: Product, table: str, counted: str) -> Iterator[Gate]:
    """A gate at that table, closed at first; `counted` says in SQL how far a row NEW is. It is open after the block."""
    with psycopg.connect(product.home.database_url(), autocommit=True) as connection:
        connection.execute(MAKE.format(table=table, counted=counted))
    gate = Gate(product)
    yield gate
    gate.let(EVERYBODY)
    with psycopg.connect(product.home.database_url(), autocommit=True) as connection:
        connection.execute(DROP.format(table=table))
