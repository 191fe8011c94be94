"""Dates that we remember and their anniversaries, moved by days: each begins at midnight where the person lives."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from campaigns.journeys.definition import Day
from campaigns.journeys.local_time import begins, in_year, real_day
from campaigns.journeys.moments.asked import DATE_CAME
from campaigns.journeys.moments.found import SLICE, Found, Span
from crm.business.queries import business
from crm.events.actions import Fact
from engage.lib import sql
from engage.lib.local_time import zone_of

WEST, EAST = timedelta(hours=12), timedelta(hours=14)
"""How far the clocks of the world are apart from UTC."""


def find(details: dict[str, Any], span: Span) -> Found:
    """One query, by the key's values: those whose day comes somewhere on earth; whose own it is, Python says."""
    asked = Day(details["key"], details["shift"], details["yearly"])
    ahead = _days(span)
    rows = sql.rows(_DATES, [asked.key, span.after, asked.yearly, written(asked, ahead), SLICE])
    shop = business().timezone
    facts = [
        _fact(asked, contact, recorded_for, key, day, moment)
        for contact, recorded_for, key, text, timezone in rows
        if (known := real_day(text))
        for day, moment in comes(asked, known, zone_of(timezone, shop), span.since, span.until)
    ]
    return Found(facts, rows[-1][0] if len(rows) == SLICE else None)


def comes(asked: Day, known: date, zone: tzinfo, since: datetime, until: datetime) -> Iterator[tuple[date, datetime]]:
    """The days on which it comes after `since`, up to and with `until`, with their first moment. The 29th of February
    is kept on the 28th where a year has none."""
    for day in _days(Span(since, until, 0)):
        origin = day - timedelta(days=asked.shift)
        if (in_year(known, origin.year) if asked.yearly else known) == origin:
            moment = begins(day, zone)
            if since < moment <= until:
                yield day, moment


def written(asked: Day, days: Sequence[date]) -> list[str]:
    """How a remembered date is written that comes on one of these days: whole, or of each year its month and day."""
    origins = [day - timedelta(days=asked.shift) for day in days]
    if not asked.yearly:
        return [origin.isoformat() for origin in origins]
    found = {f"{origin:%m-%d}" for origin in origins}
    return sorted(found | {"02-29"} if "02-28" in found else found)


def _days(span: Span) -> list[date]:
    """Every date that begins somewhere in this time."""
    first, last = (span.since - WEST).date(), (span.until + EAST).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _fact(asked: Day, contact: int, recorded_for: int, key: int, day: date, moment: datetime) -> Fact:
    return Fact(
        contact=contact,
        recorded_for=recorded_for,
        name=DATE_CAME,
        at=moment,
        message_id=f"date:{key}:{asked.shift}:{asked.yearly:d}:{day}:{recorded_for}",
        properties={"key": asked.key, "yearly": asked.yearly, "shift": asked.shift, "day": day.isoformat()},
    )


_DATES = """
    SELECT c.id, p.recorded_for_id, k.id, d.text, c.timezone
    FROM crm_preferences_preferencekey AS k
    JOIN crm_preferences_preference AS p ON p.key_id = k.id AND p.state = 'active'
    JOIN crm_contacts_contact AS c ON c.id = p.contact_id
    CROSS JOIN LATERAL (SELECT coalesce(p.typed #>> '{}', p.value) AS text) AS d
    WHERE k.key = %s AND k.selects AND c.id > %s
      AND CASE WHEN %s THEN substr(d.text, 6) ELSE d.text END = ANY(%s)
    ORDER BY c.id LIMIT %s
"""
