"""What people told us, as an event for journeys, with what they had told us before."""

from collections.abc import Collection
from datetime import datetime

from crm.events.actions import Fact
from crm.preferences.statement import Remembered
from engage.lib import sql

EVENT = "Preference Stated"


def told_before(written: Collection[Remembered]) -> dict[int, str]:
    """By the statements that hold now, the value that each took the place of. One query, none without statements."""
    if not written:
        return {}
    return dict(
        sql.rows(
            """
            SELECT p.id, b.value FROM crm_preferences_preference AS p CROSS JOIN LATERAL (
                SELECT value FROM crm_preferences_preference AS b
                WHERE b.contact_id = p.contact_id AND b.key_id = p.key_id AND b.superseded_by_id = p.id
                ORDER BY b.ended DESC, b.id DESC LIMIT 1
            ) AS b WHERE p.id = ANY(%s) AND p.state = 'active'
            """,
            [[one.id for one in written]],
        )
    )


def fact(told: Remembered, before: str, *, at: datetime, depth: int = 0) -> Fact:
    """`before` is '' for what was never told."""
    return Fact(
        contact=told.contact,
        recorded_for=told.recorded_for,
        name=EVENT,
        at=at,
        message_id=f"preference:{told.id}",
        properties={
            "key": told.key,
            "value": told.value,
            "before": before,
            "changed": bool(before) and before != told.value,
        },
        depth=depth,
    )
