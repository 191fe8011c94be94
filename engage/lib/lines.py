"""A line before a door: so many are inside at once, and whoever waits comes in in turn."""

import threading
from collections import deque
from time import monotonic


class Stuck(Exception):
    """Nobody came out for as long as patience lasts."""


class Line:
    """`places` inside. Nobody is sent away while the line moves, however long it is; once nobody came out served for
    `patience` seconds, whoever has waited that long hears Stuck."""

    def __init__(self, places: int, patience: float) -> None:
        self._lock = threading.Lock()
        self._free = places
        self._patience = patience
        self._waiting: deque[threading.Event] = deque()
        self._moved = monotonic()

    def enter(self) -> None:
        """Wait for one's turn. Raises Stuck."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn, came = threading.Event(), monotonic()
            self._waiting.append(turn)
        left = self._patience
        while not turn.wait(left):
            with self._lock:
                if turn.is_set():
                    return
                left = max(self._moved, came) + self._patience - monotonic()
                if left <= 0:
                    self._waiting.remove(turn)
                    raise Stuck

    def leave(self, *, served: bool = True) -> None:
        """Whoever has waited longest comes in. Whoever was not `served` inside does not show that the line moves."""
        with self._lock:
            if served:
                self._moved = monotonic()
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
