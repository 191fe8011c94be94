"""Answers that leave later: held, not lost, when the other side writes before."""

from datetime import datetime

from crm.dialogue.models import Conversation
from crm.dialogue.outbox import NEVER
from crm.dialogue.queries import TAKEN_BACK
from engage.lib import sql

SCHEDULED = "scheduled"
"""What the variables of an answer say that was written to leave later."""
HELD = "they_wrote"
"""The reason's code on such an answer that waits until a colleague looks, because they wrote before it left."""


def hold_scheduled(conversation: Conversation) -> bool:
    """Whether any was held. The contact must be held. What is leaving at this moment leaves. One statement."""
    held = sql.rows(
        """
        WITH here AS MATERIALIZED (
            SELECT o.message_id FROM crm_dialogue_outbox AS o JOIN crm_dialogue_message AS m ON m.id = o.message_id
            WHERE m.conversation_id = %(conversation)s AND m.direction = 'out' AND m.variables ? %(scheduled)s
              AND o.lease IS NULL FOR UPDATE OF o SKIP LOCKED
        ), stays AS (
            UPDATE crm_dialogue_outbox SET due = %(never)s WHERE message_id IN (SELECT message_id FROM here)
        )
        UPDATE crm_dialogue_message SET state = 'waiting', why = %(held)s, detail = '{}', until = NULL
        WHERE id IN (SELECT message_id FROM here) RETURNING id
        """,
        {"conversation": conversation.pk, "scheduled": SCHEDULED, "never": NEVER, "held": HELD},
    )
    return bool(held)


def drop_held(conversation: Conversation, *, at: datetime) -> None:
    """The conversation is over: what was held is not said any more. One statement."""
    sql.run(
        """
        WITH dropped AS (
            UPDATE crm_dialogue_message SET state = 'withheld', why = %(why)s, detail = '{}', settled = %(at)s
            WHERE conversation_id = %(conversation)s AND state = 'waiting' AND why = %(held)s RETURNING id
        )
        DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM dropped)
        """,
        {"conversation": conversation.pk, "held": HELD, "why": TAKEN_BACK, "at": at},
    )
