"""Times as a person says them. All take `now`, so that a test can be sure of the answer."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def moment(at: datetime, now: datetime) -> str:
    """`9:40` today, `Tue 9:40` within six days either way, `4 May` this year, else `4 May 2025`."""
    here, today = localtime(at), localtime(now)
    clock = f"{here.hour}:{here.minute:02}"
    days = (here.date() - today.date()).days
    if days == 0:
        return clock
    if days == -1:
        return _("yesterday %(time)s") % {"time": clock}
    if days == 1:
        return _("tomorrow %(time)s") % {"time": clock}
    if abs(days) < 7:
        return f"{date_format(here, 'D')} {clock}"
    return day(at, now)


def day(at: datetime, now: datetime) -> str:
    """`4 May` this year, else `4 May 2025`."""
    here = localtime(at)
    return date_format(here, "j F" if here.year == localtime(now).year else "j F Y")


def lasting(span: timedelta) -> str:
    """`under a minute`, `42 minutes`, `3 h`, `9 days`."""
    seconds = abs(span.total_seconds())
    if seconds < _MINUTE:
        return _("under a minute")
    if seconds < _HOUR:
        minutes = int(seconds // _MINUTE)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < 2 * _DAY:
        return _("%(n)d h") % {"n": int(seconds // _HOUR)}
    days = int(seconds // _DAY)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def ago(at: datetime, now: datetime) -> str:
    """`just now`, `42 minutes ago`, `3 h ago`, `9 days ago`; further back, the date."""
    span = now - at
    if span < timedelta(minutes=1):
        return _("just now")
    if span < timedelta(days=14):
        return _("%(span)s ago") % {"span": lasting(span)}
    return day(at, now)
