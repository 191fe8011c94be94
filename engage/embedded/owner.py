"""One process owns a home: it alone starts and stops the servers in it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from engage.embedded.home import Home


class AlreadyOwned(Exception):
    """Another process owns the home; str() is what it wrote about itself, '' when it had no time to."""


@contextmanager
def owning(home: Home) -> Iterator[int]:
    """Holds the home and yields the lock's file descriptor; raises AlreadyOwned at once.

    The lock goes with the descriptor: whoever inherits it keeps the home until it ends too, so that a new start
    waits for servers that are still stopping.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    lock = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyOwned(os.read(lock, 500).decode()) from None
        os.ftruncate(lock, 0)
        yield lock
    finally:
        os.close(lock)


def say(lock: int, words: str) -> None:
    """Leaves a line for those who come second."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, words.encode(), 0)


@contextmanager
def visiting(home: Home) -> Iterator[None]:
    """Held while using servers that somebody else started: a command that started them for itself waits for us."""
    with _visitors(home, fcntl.LOCK_SH):
        yield


@contextmanager
def without_visitors(home: Home) -> Iterator[None]:
    """Begins when nobody visits any more; new visitors wait until it ends."""
    with _visitors(home, fcntl.LOCK_EX):
        yield


@contextmanager
def _visitors(home: Home, kind: int) -> Iterator[None]:
    lock = os.open(home.root / "visitors.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, kind)
        yield
    finally:
        os.close(lock)
