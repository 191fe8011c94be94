"""Invitations of calendars, as facts that can be shown in words."""

from datetime import date, datetime

from icalendar import Calendar

from crm.events.reading import clean
from engage.lib import plain

MOST_BYTES = 200_000
MOST = 5


def read(data: bytes) -> list[dict[str, str]]:
    """Of each event: method, summary, place, organiser, and begin and end in ISO form; what is not said is "". What
    cannot be read is none: the file stays."""
    if len(data) > MOST_BYTES:
        return []
    try:
        calendar = Calendar.from_ical(data)
        method = str(calendar.get("METHOD", "")).upper()
        return [_event(event, method) for event in calendar.walk("VEVENT")[:MOST]]
    except Exception:  # as many errors as there are ways to break a file
        return []


def _event(event, method: str) -> dict[str, str]:
    return {
        "method": method[:20],
        "summary": _text(event.get("SUMMARY", "")),
        "place": _text(event.get("LOCATION", "")),
        "organiser": _text(str(event.get("ORGANIZER", "")).removeprefix("mailto:").removeprefix("MAILTO:")),
        "begin": _moment(event.get("DTSTART")),
        "end": _moment(event.get("DTEND")),
    }


def _text(value: object) -> str:
    return plain.line(clean(str(value)))[:200]


def _moment(value) -> str:
    moment = getattr(value, "dt", None)
    return moment.isoformat() if isinstance(moment, datetime | date) else ""
