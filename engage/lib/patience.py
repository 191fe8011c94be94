"""Somebody waits for an answer: what can pass is tried again before it is told to them."""

from collections.abc import Callable
from functools import wraps

from django.db import InterfaceError, OperationalError, connection

TRIES = 3
PASSING = (OperationalError, InterfaceError)


def patient[**P, T](action: Callable[P, T]) -> Callable[P, T]:
    """Try an action of its own transaction up to three times while the error can pass: a lock, a deadlock, a lost
    connection. Within a transaction of the caller's there is nothing to repeat: it goes on as it is.
    """

    @wraps(action)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TRIES - 1):
            if connection.in_atomic_block:
                break
            try:
                return action(*args, **kwargs)
            except PASSING:
                connection.close_if_unusable_or_obsolete()
        return action(*args, **kwargs)

    return tried
