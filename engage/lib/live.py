"""Tells open pages that something changed: NOTIFY in the transaction, one LISTEN thread a process.

What travels is the name of a stream and ids, never words: a page that hears of a change reads it again. So nothing
is lost when a notification is: a listener that was away tells everybody to look again.
"""

import json
import logging
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from engage.lib import sql

CHANNEL = "engage_live"
LOOK_AGAIN: dict[str, Any] = {}
"""What a subscriber hears when something may have been missed."""

_BACKLOG = 64
_POLL_SECONDS = 1.0
_RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)

type Heard = queue.Queue[dict[str, Any]]


def publish(stream: str, data: dict[str, Any]) -> None:
    """Tell the pages that follow `stream`, when this transaction commits. One statement.

    `data` holds ids only. The same notification twice in one transaction is delivered once.
    """
    sql.rows("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"stream": stream, **data}, default=str)])


class Listener:
    """One connection that listens for the whole process, while anybody does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[str, set[Heard]] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def subscribed(self, stream: str) -> Iterator[Heard]:
        """A bounded queue of what is published on `stream`; where it is full, one more change adds nothing."""
        heard: Heard = queue.Queue(_BACKLOG)
        with self._lock:
            self._subscribers.setdefault(stream, set()).add(heard)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, args=[_address()], name="live", daemon=True)
                self._thread.start()
        try:
            yield heard
        finally:
            with self._lock:
                self._subscribers[stream].discard(heard)
                if not self._subscribers[stream]:
                    del self._subscribers[stream]

    def join(self) -> None:
        """Wait until the thread has ended; it ends by itself when nobody is subscribed."""
        if (thread := self._thread) is not None:
            thread.join()

    def _run(self, address: str) -> None:
        while self._wanted():
            try:
                self._listen(address)
            except psycopg.Error as error:
                log.warning("live updates wait for the database: %s", type(error).__name__)
                time.sleep(_RETRY_SECONDS)

    def _listen(self, address: str) -> None:
        with psycopg.connect(address, autocommit=True) as listening:
            listening.execute(f"LISTEN {CHANNEL}")
            self._tell_everybody()
            while self._wanted():
                for note in listening.notifies(timeout=_POLL_SECONDS):
                    self._tell(note.payload)

    def _wanted(self) -> bool:
        with self._lock:
            if self._subscribers:
                return True
            self._thread = None
            return False

    def _tell(self, payload: str) -> None:
        data = json.loads(payload)
        with self._lock:
            for heard in self._subscribers.get(data.pop("stream"), ()):
                _put(heard, data)

    def _tell_everybody(self) -> None:
        with self._lock:
            for listeners in self._subscribers.values():
                for heard in listeners:
                    _put(heard, LOOK_AGAIN)


def _put(heard: Heard, data: dict[str, Any]) -> None:
    # Full: a change is waiting to be told there already, and telling it makes the page read everything.
    with suppress(queue.Full):
        heard.put_nowait(data)


def _address() -> str:
    """Where to listen: a pooler in transaction mode cannot, so the owner may name another address."""
    if settings.LISTEN_DATABASE_URL:
        return settings.LISTEN_DATABASE_URL
    params = connection.get_connection_params()
    wanted = {"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"}
    return psycopg.conninfo.make_conninfo(**{name: params[name] for name in wanted & params.keys()})


listener = Listener()
