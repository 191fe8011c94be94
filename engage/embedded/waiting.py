"""Waits for something to become true."""

import time
from collections.abc import Callable


class TooLong(Exception):
    """What was waited for did not happen in time; str() says what."""


def until(happened: Callable[[], bool], what: str, seconds: float, pause: float = 0.02) -> None:
    """Asks every `pause` seconds; raises TooLong naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TooLong(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(pause)
