"""What people told us so long ago that it is to be asked again."""

from typing import Any

from campaigns.journeys.moments.asked import STALE
from campaigns.journeys.moments.found import SLICE, Found, Span, of_rows
from crm.events.actions import Fact
from crm.preferences.recall import FRESH_UNTIL
from engage.lib import sql


def find(details: dict[str, Any], span: Span) -> Found:
    """One query."""
    rows = sql.rows(_STALE, [details["key"], span.after, span.since, span.until, SLICE])
    return of_rows(
        [
            Fact(
                contact=contact,
                recorded_for=recorded_for,
                name=STALE,
                at=until,
                message_id=f"stale:{preference}:{until.timestamp():.0f}",
                properties={"key": details["key"], "value": value},
            )
            for contact, recorded_for, preference, value, until in rows
        ]
    )


_STALE = f"""
    SELECT DISTINCT ON (p.contact_id) p.contact_id, p.recorded_for_id, p.id, p.value, {FRESH_UNTIL}
    FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
    WHERE k.key = %s AND p.state = 'active' AND p.kind = 'stated' AND p.contact_id > %s
      AND {FRESH_UNTIL} > %s AND {FRESH_UNTIL} <= %s
    ORDER BY p.contact_id, p.id DESC LIMIT %s
"""  # noqa: S608 ours
