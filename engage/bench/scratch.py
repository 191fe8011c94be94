"""A database of its own for each measurement, made on the server that is configured and dropped afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

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
def copied() -> Iterator[str]:
    """A copy of the database as it is now, dropped afterwards. Yields its name, for `within`."""
    original = connection.settings_dict["NAME"]
    copy = f"{original}_copy"
    connection.close()
    _manage(f'DROP DATABASE IF EXISTS "{copy}"', f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')
    try:
        yield copy
    finally:
        if copy in _kept:
            _kept.pop(copy).close()
        _manage(f'DROP DATABASE "{copy}" WITH (FORCE)')


@contextmanager
def within(name: str) -> Iterator[None]:
    """This process uses the copy of that name meanwhile, over a connection that it keeps, as workers do. What the
    process read of the original stays in its caches."""
    original = connections[DEFAULT_DB_ALIAS]
    if name not in _kept:
        _kept[name] = original.copy()
        _kept[name].settings_dict = {**original.settings_dict, "NAME": name}
    connections[DEFAULT_DB_ALIAS] = _kept[name]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = original


_kept: dict[str, BaseDatabaseWrapper] = {}


def _manage(*commands: str) -> None:
    with connection._nodb_cursor() as cursor:
        for command in commands:
            cursor.execute(command)


@contextmanager
def busy(contacts: int, events: int) -> Iterator[None]:
    """A busy home of that size, in a database of its own."""
    with database():
        fill(contacts=contacts, events=events, say=lambda _line: None)
        yield
