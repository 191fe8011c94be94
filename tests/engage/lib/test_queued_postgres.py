"""Many threads share few connections: all of them come to their turn, and a database that is stuck is said so."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, connections

from engage.lib.lines import Line
from engage.lib.queued_postgres import base

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 2.0


@pytest.fixture
def shared(monkeypatch):
    """What a thread of the web process has: a connection of a pool of two."""
    monkeypatch.setattr(base, "_lines", {})
    monkeypatch.setattr(base, "PATIENCE", PATIENCE)
    options = connection.settings_dict["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 2, "timeout": 30}}
    settings = connection.settings_dict | {"OPTIONS": options, "CONN_MAX_AGE": 0}
    made = base.DatabaseWrapper(settings, "default")
    yield lambda: base.DatabaseWrapper(settings, "default")
    made.close_pool()


def ask(shared, seconds: float) -> bool:
    """Whether a thread was answered that keeps its connection so long."""
    mine = shared()
    mine.inc_thread_sharing()
    try:
        with mine.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])
        return True
    except OperationalError:
        return False
    finally:
        mine.close()
        connections.close_all()


def test_nobody_is_refused_while_connections_come_back(shared):
    assert ask(shared, 0)
    began = time.monotonic()
    with ThreadPoolExecutor(24) as pool:
        assert all(pool.map(lambda _n: ask(shared, 0.2), range(24)))
    assert time.monotonic() - began > PATIENCE


def test_it_is_said_where_none_comes_back_and_no_place_is_lost(shared):
    assert ask(shared, 0)
    with ThreadPoolExecutor(4) as pool:
        kept = [pool.submit(ask, shared, 3 * PATIENCE) for _each in range(2)]
        while base._lines["default"]._free:
            time.sleep(0.01)
        began = time.monotonic()
        assert not ask(shared, 0)
        assert time.monotonic() - began < 3 * PATIENCE and all(one.result() for one in kept)
    line: Line = base._lines["default"]
    assert line._free == 2 and ask(shared, 0)


def test_a_place_is_given_back_where_no_connection_can_be_made(shared, monkeypatch):
    def refuse(*_args: object) -> None:
        raise base.PoolTimeout("no connection")

    monkeypatch.setattr("django.db.backends.postgresql.base.DatabaseWrapper.get_new_connection", refuse)
    assert not ask(shared, 0) and base._lines["default"]._free == 2
