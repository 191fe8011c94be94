"""Reads on events and the inbox."""

from datetime import datetime
from typing import NamedTuple

from crm.events.models import BeltStop, DeadLetter, Seen
from engage.lib import sql


class Backlog(NamedTuple):
    """How much waits in the inbox, and for how long the oldest has (seconds)."""

    waiting: int
    oldest: float


def backlog() -> Backlog:
    """One query; counts at most 100,000."""
    ((waiting, oldest),) = sql.rows(
        "SELECT count(*), COALESCE(EXTRACT(epoch FROM statement_timestamp() - min(received)), 0) "
        "FROM (SELECT received FROM crm_events_inbox LIMIT 100000) AS waiting"
    )
    return Backlog(waiting, float(oldest))


def faults(fault: str, *, since: datetime) -> int:
    """How many events died of this fault of ours."""
    return DeadLetter.objects.filter(fault=fault, died__gte=since).count()


def recorded_since(since: datetime) -> int:
    """How many events were recorded."""
    return Seen.objects.filter(received__gte=since).count()


def unread_letters() -> int:
    """Dead letters that nobody has tried again."""
    return DeadLetter.objects.filter(retried=None).count()


def stopped_belts() -> list[BeltStop]:
    return list(BeltStop.objects.filter(lifted=None).order_by("belt"))
