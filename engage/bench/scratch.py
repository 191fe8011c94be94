"""A database of its own for each measurement, made on the server that is configured and dropped afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.db import connection

from engage.seeds.busy import fill


@contextmanager
def database() -> Iterator[str]:
    """Migrated and empty; this process uses it meanwhile. Yields its DATABASE_URL, for processes beside this one."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield _url(connection.settings_dict)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _url(parts: dict) -> str:
    credentials = quote(parts["USER"]) + (f":{quote(parts['PASSWORD'])}" if parts["PASSWORD"] else "")
    host = parts["HOST"]
    if host.startswith("/"):
        return f"postgresql://{credentials}@/{parts['NAME']}?host={quote(host, safe='')}"
    return f"postgresql://{credentials}@{host}:{parts['PORT'] or 5432}/{parts['NAME']}"


@contextmanager
def busy(contacts: int, events: int) -> Iterator[None]:
    """A busy home of that size, in a database of its own."""
    with database():
        fill(contacts=contacts, events=events, say=lambda _line: None)
        yield
