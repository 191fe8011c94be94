"""A slice of a job: one short transaction that is tried again if it lost a race."""

import time
from collections.abc import Callable

from django.db import IntegrityError, OperationalError, transaction

from crm.contacts.actions.hold import HoldFailed

TRIES = 5


def write[T](slice_of_work: Callable[[], T]) -> T:
    """What the function returns, after its transaction was committed.

    Deadlocks, lock time-outs and identities that somebody else was first with begin again after a growing pause; the
    last error is raised.
    """
    for attempt in range(1, TRIES):
        try:
            with transaction.atomic():
                return slice_of_work()
        except (OperationalError, IntegrityError, HoldFailed):
            time.sleep(0.1 * 2**attempt)
    with transaction.atomic():
        return slice_of_work()
