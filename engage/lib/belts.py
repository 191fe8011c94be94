"""What the belts have in common: draining, telling errors that pass from errors that repeat, isolating poison."""

import logging
import time
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError, transaction

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10.0


class Passing(Exception):
    """An error that goes away by itself: the chunk is tried again."""


PASSING = (OperationalError, InterfaceError, Passing)
"""Lock time-outs, deadlocks, serialization, lost connections, a full disk."""


def drain(step: Callable[[], int]) -> int:
    """Repeat `step` until it finds nothing or ten seconds have passed; how much was done."""
    end, done = time.monotonic() + DRAIN_SECONDS, 0
    while (count := step()) and time.monotonic() < end:
        done += count
    return done + count


def isolate[T](items: Sequence[T], work: Callable[[Sequence[T]], None], bury: Callable[[T, Exception], None]) -> None:
    """Work on all items at once; where that fails for good, on each half, down to the one that fails: it is buried.

    Must run inside a transaction; each try is a savepoint. Errors that pass are raised.
    """
    if not items:
        return
    try:
        with transaction.atomic():
            work(items)
    except PASSING:
        raise
    except Exception as error:
        if len(items) == 1:
            log.warning("one item of a belt failed for good: %s", type(error).__name__)
            bury(items[0], error)
            return
        middle = len(items) // 2
        isolate(items[:middle], work, bury)
        isolate(items[middle:], work, bury)
