"""Carts that were left: something was put into one, or a checkout begun; for some hours no more of it, and no order."""

from datetime import timedelta
from typing import Any

from campaigns.journeys.moments.asked import CART_LEFT
from campaigns.journeys.moments.found import SLICE, Found, Span, of_rows
from crm.events.actions import Fact
from engage.lib import sql

FILLED = ("Checkout Started", "Product Added")


def find(details: dict[str, Any], span: Span) -> Found:
    """One query, on the blocks of that time only. Who ordered since, or filled a cart again, left none."""
    hours = details["hours"]
    back = timedelta(hours=hours)
    rows = sql.rows(_LEFT, [list(FILLED), span.since - back, span.until - back, span.since - back, span.after,
                            list(FILLED), SLICE])  # fmt: skip
    return of_rows(
        [
            Fact(
                contact=contact,
                recorded_for=recorded_for,
                name=CART_LEFT,
                at=at + back,
                message_id=f"cart:{hours}:{event}",
                properties=sql.decoded(properties) | {"event": name, "hours": hours},
                depth=depth + 1,
            )
            for contact, recorded_for, event, name, at, depth, properties in rows
        ]
    )


_LEFT = """
    SELECT DISTINCT ON (e.contact_id) e.contact_id, e.recorded_for_id, e.id, e.name, e.at, e.depth, e.properties
    FROM crm_events_event AS e
    WHERE e.name = ANY(%s) AND e.at > %s AND e.at <= %s AND e.received > %s AND NOT e.history AND e.contact_id > %s
      AND NOT EXISTS (
        SELECT FROM crm_events_event AS l
        WHERE l.contact_id = e.contact_id AND l.at > e.at AND l.received > e.at
          AND l.name = ANY(%s || ARRAY['Order Completed']))
      AND NOT EXISTS (
        SELECT FROM crm_catalog_order AS o WHERE o.contact_id = e.contact_id AND o.at >= e.at AND NOT o.refund)
    ORDER BY e.contact_id, e.at DESC, e.id DESC LIMIT %s
"""
