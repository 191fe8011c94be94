"""When what is put off comes back: mornings of the shop."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MORNING = time(9)
MONDAY = 0

CHOICES: dict[str, tuple[str | Promise, Callable[[date], date]]] = {
    "tomorrow": (_("Tomorrow morning"), lambda today: today + timedelta(days=1)),
    "three-days": (_("In three days"), lambda today: today + timedelta(days=3)),
    "monday": (_("Next Monday"), lambda today: today + timedelta(days=7 - (today.weekday() - MONDAY) % 7)),
}


def comes_back(choice: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Nine in the morning of the day that `choice` means, in the shop's zone. Raises KeyError."""
    day = CHOICES[choice][1](now.astimezone(zone).date())
    return datetime.combine(day, MORNING, zone)
