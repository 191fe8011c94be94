"""What piled up while everything was paused, once the owner has decided about it."""

from datetime import datetime

from crm.dialogue.models import Message
from engage.lib import sql, wake

EVERYTHING_STOPPED = "everything_stopped"
"""The reason's code on a message that waits until the pause of everything is lifted."""

SLICE = 10_000
"""Messages per statement, so that no transaction is long."""


def release_piled_up(*, at: datetime) -> int:
    """Let go all of it, now; it meets all guards again. Returns how many."""
    released = _in_slices(
        """
        WITH chosen AS (
            SELECT id FROM crm_dialogue_message WHERE state = %(waiting)s AND why = %(why)s LIMIT %(slice)s FOR UPDATE
        ), released AS (
            UPDATE crm_dialogue_message SET until = %(at)s, why = '', detail = '{}'
            WHERE id IN (SELECT id FROM chosen) RETURNING id, lane
        )
        INSERT INTO crm_dialogue_outbox (message_id, lane, due) SELECT id, lane, %(at)s FROM released
        ON CONFLICT (message_id) DO UPDATE SET due = excluded.due
        """,
        {"at": at},
    )
    wake.wake("speak")
    return released


def drop_piled_up(*, due_before: datetime, at: datetime) -> int:
    """Drop, for good, what should have left before a moment. Returns how many."""
    return _in_slices(
        """
        WITH chosen AS (
            SELECT id FROM crm_dialogue_message
            WHERE state = %(waiting)s AND why = %(why)s AND at < %(due_before)s LIMIT %(slice)s FOR UPDATE
        ), emptied AS (
            DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM chosen)
        )
        UPDATE crm_dialogue_message
        SET state = 'withheld', until = NULL, settled = %(at)s, why = 'dropped_after_pause', detail = '{}'
        WHERE id IN (SELECT id FROM chosen)
        """,
        {"at": at, "due_before": due_before},
    )


def _in_slices(statement: str, params: dict[str, object]) -> int:
    params |= {"waiting": Message.State.WAITING, "why": EVERYTHING_STOPPED, "slice": SLICE}
    total = 0
    while changed := sql.run(statement, params):
        total += changed
    return total
