"""Messages that may have gone out, or not: they go again only by a person's word."""

from collections.abc import Collection
from datetime import datetime

from crm.dialogue.outbox import NEVER, SENT_AGAIN
from engage.lib import sql, wake


def send_again(messages: Collection[int], *, by: str, at: datetime) -> int:
    """Send these once more, with what was inside, as far as nobody knows whether they went out: they may arrive twice.
    They meet all guards first. Returns how many. One statement."""
    ((again,),) = sql.rows(_AGAIN, {"messages": list(messages), "by": by, "at": at, "why": SENT_AGAIN, "never": NEVER})
    wake.wake("speak")
    return again


_AGAIN = """
    WITH chosen AS MATERIALIZED (
        SELECT id FROM crm_dialogue_message
        WHERE id = ANY(%(messages)s) AND direction = 'out' AND state = 'unknown' ORDER BY id FOR UPDATE
    ), inside AS (
        UPDATE crm_dialogue_message SET state = 'claimed', why = '', settled = NULL
        WHERE inside_id IN (SELECT id FROM chosen) AND why = 'merged' RETURNING id, lane
    ), said AS (
        INSERT INTO crm_dialogue_sentagain (message_id, at, by)
        SELECT id, %(at)s, %(by)s FROM (SELECT id FROM chosen UNION ALL SELECT id FROM inside) AS again
    ), waiting AS (
        UPDATE crm_dialogue_message SET state = 'waiting', why = %(why)s, detail = '{}', until = %(at)s, settled = NULL
        WHERE id IN (SELECT id FROM chosen) RETURNING id, lane
    ), queued AS (
        INSERT INTO crm_dialogue_outbox (message_id, lane, due)
        SELECT id, lane, %(at)s FROM waiting UNION ALL SELECT id, lane, %(never)s FROM inside
        ON CONFLICT (message_id) DO UPDATE SET due = excluded.due
    )
    SELECT count(*) FROM chosen
"""
