"""The shop itself, read often and changed seldom: cached per process for a second."""

import time

from crm.business.models import Business

_LIFETIME = 1.0
_cached: tuple[float, Business] | None = None


def business() -> Business:
    """The one row of Business, made on first use. At most one query a second and process."""
    global _cached
    if _cached is None or time.monotonic() - _cached[0] > _LIFETIME:
        _cached = (time.monotonic(), fresh_business())
    return _cached[1]


def fresh_business() -> Business:
    """The same, past the cache. One query."""
    row, _ = Business.objects.get_or_create(pk=1)
    return row


def forget_cached() -> None:
    """After a change in this process, or between tests."""
    global _cached
    _cached = None
