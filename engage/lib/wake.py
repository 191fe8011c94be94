"""Wake-ups for the belts: hints, never the truth.

PostgreSQL holds every queue and each belt is ticked every second anyway; a wake-up only saves that second. A thread
per process sends at most one for each belt every 20 ms, so that no request ever waits for the broker; what cannot
be sent is dropped.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

INTERVAL = 0.02

_lock = threading.Lock()
_asked: set[str] = set()
_ready = threading.Event()
_thread: threading.Thread | None = None
_pid = 0
_send: Callable[[str], None] | None = None


def connect(send: Callable[[str], None]) -> None:
    """Say how a wake-up leaves the process: `engage.celery` does."""
    global _send
    _send = send


def wake(belt: str) -> None:
    """Ask for a belt to run soon. Returns at once and never raises."""
    if _send is None:
        return
    with _lock:
        _asked.add(belt)
        _start()
    _ready.set()


def _start() -> None:
    """A forked child has no threads of its parent's: each process starts its own on first use."""
    global _thread, _pid
    if _thread is None or _pid != os.getpid():
        _pid = os.getpid()
        _thread = threading.Thread(target=_run, name="wake", daemon=True)
        _thread.start()


def _run() -> None:
    while True:
        _ready.wait()
        _ready.clear()
        with _lock:
            belts = sorted(_asked)
            _asked.clear()
        for belt in belts:
            try:
                if _send is not None:
                    _send(belt)
            except Exception as error:  # the tick comes anyway
                log.warning("wake-up for %s dropped: %s", belt, type(error).__name__)
        time.sleep(INTERVAL)
