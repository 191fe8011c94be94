"""Who has not done something for a number of days since they last did."""

from datetime import timedelta
from typing import Any

from campaigns.journeys.moments.asked import STAYED_AWAY
from campaigns.journeys.moments.found import SLICE, Found, Span, of_rows
from crm.events.actions import Fact
from engage.lib import sql

ORDERED = "Order Completed"


def find(details: dict[str, Any], span: Span) -> Found:
    """One query. Orders are looked up in the catalog, so that those that were imported count."""
    event, days = details["event"], details["days"]
    back = timedelta(days=days)
    since, until = span.since - back, span.until - back
    if event == ORDERED:
        rows = sql.rows(_ORDERS, [since, until, span.after, SLICE])
    else:
        rows = sql.rows(_EVENTS, [event, since, until, since, span.after, SLICE])
    return of_rows(
        [
            Fact(
                contact=contact,
                recorded_for=recorded_for,
                name=STAYED_AWAY,
                at=at + back,
                message_id=f"away:{days}:{last}",
                properties={"event": event, "days": days, "last": at.isoformat()},
                depth=depth + 1,
            )
            for contact, recorded_for, last, at, depth in rows
        ]
    )


_EVENTS = """
    SELECT DISTINCT ON (e.contact_id) e.contact_id, e.recorded_for_id, e.id::text, e.at, e.depth
    FROM crm_events_event AS e
    WHERE e.name = %s AND e.at > %s AND e.at <= %s AND e.received > %s AND e.contact_id > %s
      AND NOT EXISTS (
        SELECT FROM crm_events_event AS l
        WHERE l.contact_id = e.contact_id AND l.name = e.name AND l.at > e.at AND l.received > e.at)
    ORDER BY e.contact_id, e.at DESC, e.id DESC LIMIT %s
"""

_ORDERS = """
    SELECT DISTINCT ON (o.contact_id) o.contact_id, coalesce(o.recorded_for_id, o.contact_id), 'order:' || o.id, o.at, 0
    FROM crm_catalog_order AS o
    WHERE o.at > %s AND o.at <= %s AND o.contact_id > %s AND NOT o.refund
      AND NOT EXISTS (
        SELECT FROM crm_catalog_order AS l WHERE l.contact_id = o.contact_id AND l.at > o.at AND NOT l.refund)
    ORDER BY o.contact_id, o.at DESC, o.id DESC LIMIT %s
"""
