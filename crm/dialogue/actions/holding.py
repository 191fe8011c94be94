"""What waited for a conversation to end, once it has ended."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from crm.business import queries as business_queries
from crm.business.models import Business
from crm.contacts.actions import hold
from crm.dialogue import queries
from crm.dialogue.models import Conversation
from engage.lib import live, sql, wake


def release_held(contact_ids: Collection[int], *, at: datetime) -> int:
    """Let go what waits for these people's conversations, as the business says: send it some hours after, or drop it.

    What is let go meets all guards again when it falls due. Whoever is still talking, in another conversation, keeps
    theirs. The contacts must be held. A constant number of statements; returns the number of messages.
    """
    return release_waiting(set(contact_ids) - queries.talking(contact_ids, at).keys(), why=queries.TALKING, at=at)


def release_waiting(contact_ids: Collection[int], *, why: str, at: datetime) -> int:
    """Do that with all that waits for the reason `why`. The contacts must be held. One statement."""
    business = business_queries.business()
    if not contact_ids:
        return 0
    if business.held_policy == Business.Held.DROP:
        return _drop(contact_ids, why, at)
    return _let_go(contact_ids, why, at + timedelta(hours=business.held_hours))


def release_lapsed(*, at: datetime, most: int = 1000) -> int:
    """Do the same for those whose conversation ended by itself, 48 hours after our last word.

    Periodic. People in other hands are left for the next time.
    """
    waiting = sql.rows(
        "SELECT DISTINCT contact_id FROM crm_dialogue_message WHERE state = 'waiting' AND why = %s LIMIT %s",
        [queries.TALKING, most],
    )
    if not waiting:
        return 0
    with transaction.atomic():
        held = hold(contacts=[row[0] for row in waiting], skip_locked=True)
        return release_held(held.contacts, at=at)


def wake_snoozed(*, at: datetime) -> int:
    """Bring back what was put off until now. Periodic; one statement. The lock stands all along."""
    woken = sql.run(
        "UPDATE crm_dialogue_conversation SET state = %s, snoozed_until = NULL "
        "WHERE state = %s AND snoozed_until <= %s",
        [Conversation.State.NEEDS_ANSWER, Conversation.State.LATER, at],
    )
    if woken:
        live.publish("inbox", {})
    return woken


def _let_go(contacts: Collection[int], why: str, due: datetime) -> int:
    transaction.on_commit(lambda: wake.wake("speak"))
    return sql.run(
        """
        WITH released AS (
            UPDATE crm_dialogue_message SET until = %(due)s, why = 'talking_ended', detail = '{}'
            WHERE contact_id = ANY(%(contacts)s) AND state = 'waiting' AND why = %(why)s
            RETURNING id, lane
        )
        INSERT INTO crm_dialogue_outbox (message_id, lane, due) SELECT id, lane, %(due)s FROM released
        ON CONFLICT (message_id) DO UPDATE SET due = excluded.due
        """,
        {"due": due, "contacts": list(contacts), "why": why},
    )


def _drop(contacts: Collection[int], why: str, at: datetime) -> int:
    return sql.run(
        """
        WITH dropped AS (
            UPDATE crm_dialogue_message SET state = 'withheld', until = NULL, settled = %(at)s, why = 'dropped',
                detail = '{}'
            WHERE contact_id = ANY(%(contacts)s) AND state = 'waiting' AND why = %(why)s
            RETURNING id
        ), emptied AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM dropped))
        SELECT id FROM dropped
        """,
        {"at": at, "contacts": list(contacts), "why": why},
    )
