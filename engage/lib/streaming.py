"""One stream of server-sent events, as it is written to a browser."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connections
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from engage.lib.live import LOOK_AGAIN, listener

HEARTBEAT_SECONDS = 15
LIFETIME_SECONDS = 15 * 60
"""After this the browser connects again, and what lets it in is checked again."""
RETRY_AFTER_SECONDS = 30

type Here = Callable[[], bool]
type Cut = Callable[[], None]


class Stream:
    """Bytes for text/event-stream until the browser leaves. It has one of the `places` until it is closed; `here` is
    called when it begins and with every heartbeat, and says whether it asked the database; `cut` when it has ended.
    With `only` it tells nothing but what holds these values, and nothing of that but that it happened.

    The database connection goes back first: a stream lasts minutes and needs none.
    """

    def __init__(
        self,
        name: str,
        places: threading.Semaphore,
        here: Here | None = None,
        cut: Cut | None = None,
        only: Mapping[str, Any] | None = None,
    ) -> None:
        self._name = name
        self._places = places
        self._here = here or (lambda: False)
        self._cut = cut or (lambda: None)
        self._only = only or {}
        self._has_place = True

    def __iter__(self) -> Iterator[bytes]:
        connections.close_all()
        with listener.subscribed(self._name) as heard:
            self._say_here()
            yield b"retry: 1000\n\n"
            end = time.monotonic() + LIFETIME_SECONDS
            while time.monotonic() < end:
                try:
                    data = heard.get(timeout=HEARTBEAT_SECONDS)
                    if not self._only:
                        yield _message(data)
                    elif data == LOOK_AGAIN or self._only.items() <= data.items():
                        yield _message(LOOK_AGAIN)
                except queue.Empty:
                    yield b": still here\n\n"
                    self._say_here()

    def _say_here(self) -> None:
        if self._here():
            connections.close_all()

    def close(self) -> None:
        if self._has_place:
            self._has_place = False
            self._places.release()
            self._cut()


def respond(
    name: str,
    places: threading.Semaphore,
    here: Here | None = None,
    cut: Cut | None = None,
    only: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """The stream; 503 where all places are taken."""
    if not places.acquire(blocking=False):
        return HttpResponse(status=503, headers={"Retry-After": RETRY_AFTER_SECONDS})
    return StreamingHttpResponse(
        Stream(name, places, here, cut, only),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _message(data: dict) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
