"""Erase the demo: every row of every table, so that the own shop begins on clean paper."""

from django.core.cache import cache
from django.db import connection, transaction
from django.db.utils import OperationalError

from crm.business import queries
from engage.dashboard.firstrun.defaults import lay_defaults
from engage.lib import clock, sql

KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""Tables about the program itself; Django made their rows, and no demo wrote them."""

PATIENCE = "5s"
ATTEMPTS = 6


class NotADemo(Exception):
    """Only a demo shop may be erased whole."""


def erase_demo() -> None:
    """Empty every table but KEPT, in one transaction that waits for the belts' short ones, and lay what every house
    has. Raises NotADemo.

    Numbers of rows go on where they were: processes that remember a demo row by its number must not take a new one
    for it.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _erase()
            break
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
    queries.forget_cached()
    cache.clear()
    lay_defaults(at=clock.now())


def _erase() -> None:
    with transaction.atomic():
        sql.run("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        if not sql.rows("SELECT FROM crm_business_business WHERE demo FOR UPDATE"):
            raise NotADemo
        quote = connection.ops.quote_name
        sql.run(f"TRUNCATE {', '.join(quote(table) for table in tables())}")


def tables() -> list[str]:
    """Every table that holds rows of ours, partitions included."""
    return sorted(set(connection.introspection.table_names()) - KEPT)
