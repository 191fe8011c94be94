"""What can be followed, by whom, and how one stream is written to a browser."""

import json
import queue
import threading
import time
from collections.abc import Iterator

from django.db import connections

from engage.dashboard.shell.navigation import EVERYBODY, WRITERS
from engage.lib.live import listener

STREAMS = {
    "inbox": EVERYBODY,
    "told": EVERYBODY,
    "messages": WRITERS,
    "surveys": WRITERS,
    "events": WRITERS,
}
"""The names that `live.publish` may use, and the roles that may follow them."""

MOST = 500
HEARTBEAT_SECONDS = 15
LIFETIME_SECONDS = 15 * 60
"""After this the browser connects again, and its sign-in is checked again."""

places = threading.BoundedSemaphore(MOST)


class Stream:
    """Bytes for text/event-stream until the browser leaves. It has one of the places until it is closed.

    The database connection goes back first: a stream lasts minutes and needs none.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._has_place = True

    def __iter__(self) -> Iterator[bytes]:
        connections.close_all()
        with listener.subscribed(self._name) as heard:
            yield b"retry: 1000\n\n"
            end = time.monotonic() + LIFETIME_SECONDS
            while time.monotonic() < end:
                try:
                    yield _message(heard.get(timeout=HEARTBEAT_SECONDS))
                except queue.Empty:
                    yield b": still here\n\n"

    def close(self) -> None:
        if self._has_place:
            self._has_place = False
            places.release()


def _message(data: dict) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
