"""The shop itself, read often and changed seldom: cached per process for a second."""

import time
from dataclasses import dataclass
from functools import cached_property

from crm.business.hours import Week, week_of
from crm.business.models import Business, Holiday, User

_LIFETIME = 1.0
MANY_AGENTS = 3


@dataclass
class _Cached:
    at: float
    shop: Business

    @cached_property
    def agents(self) -> int:
        return User.objects.filter(role=User.Role.AGENT, is_active=True).count()

    @cached_property
    def week(self) -> Week:
        return week_of(self.shop, Holiday.objects.all())


_cached: _Cached | None = None


def business() -> Business:
    """The one row of Business, made on first use. At most one query a second and process."""
    return _recent().shop


def working_week() -> Week:
    """When the shop is open. At most two queries a second and process."""
    return _recent().week


def has_teams() -> bool:
    """Whether there is more than two can keep in their heads: teams, skills, clocks and escalation appear from the
    third agent on. At most one query a second and process."""
    return _recent().agents >= MANY_AGENTS


def fresh_business() -> Business:
    """The same, past the cache. One query."""
    row, _ = Business.objects.get_or_create(pk=1)
    return row


def forget_cached() -> None:
    """After a change in this process, or between tests."""
    global _cached
    _cached = None


def _recent() -> _Cached:
    global _cached
    known = _cached
    if known is None or time.monotonic() - known.at > _LIFETIME:
        known = _cached = _Cached(time.monotonic(), fresh_business())
    return known
