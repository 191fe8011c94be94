"""Values as they are shown to people."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def readable(value: Any) -> str:
    """What was found, as one reads it: a text in quotation marks, a moment without its seconds."""
    match value:
        case None:
            return _("nothing")
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return date_format(value, "DATETIME_FORMAT")
        case tuple():
            return ", ".join(readable(item) for item in value)
    return exactly(value)


def exactly(value: Any) -> str:
    """A value of a rule such that no other reads the same: moments to their last digit, in one zone."""
    match value:
        case timedelta():
            return _span(value)
        case datetime():
            return _moment(value.astimezone(UTC))
        case date():
            return date_format(value, "DATE_FORMAT")
        case Decimal():
            return f"{value.normalize():f}"
    return quoted(value)


def quoted(text: str) -> str:
    """In quotation marks; one in the text is doubled, so that the end is the end."""
    return _("“{text}”").format(text=text.replace("”", "””"))


def _moment(value: datetime) -> str:
    time = value.time()
    precision = "microseconds" if time.microsecond else "seconds" if time.second else "minutes"
    return _("{day}, {time} UTC").format(
        day=date_format(value.date(), "DATE_FORMAT"), time=time.isoformat(timespec=precision)
    )


def _span(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    if seconds % 86400 == 0:
        return ngettext("{n} day", "{n} days", seconds // 86400).format(n=seconds // 86400)
    if seconds % 3600 == 0:
        return ngettext("{n} hour", "{n} hours", seconds // 3600).format(n=seconds // 3600)
    return ngettext("{n} minute", "{n} minutes", seconds // 60).format(n=seconds // 60)
