"""What waited for a conversation to end, once it has ended."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from crm.business import queries as business_queries
from crm.contacts.actions import hold
from crm.dialogue import queries
from crm.dialogue.actions.clocking import follow
from crm.dialogue.models import Conversation, Message
from crm.dialogue.streams import STREAM
from engage.lib import live, sql, wake

ON_CLOSING = "on_closing"
"""What a message's variables say of the end of the conversation that holds it: `go`, `drop`, or a moment from which on
it goes; nothing where the shop's rule holds."""


def release_held(contact_ids: Collection[int], *, at: datetime) -> int:
    """Let go what waits for these people's conversations, as a colleague chose for a message or else the business says:
    send it some hours after, or later, or drop it.

    What is let go meets all guards again when it falls due. Whoever is still talking, in another conversation, keeps
    theirs. The contacts must be held. A constant number of statements; returns the number of messages.
    """
    return release_waiting(set(contact_ids) - queries.talking(contact_ids, at).keys(), why=queries.TALKING, at=at)


def release_waiting(contact_ids: Collection[int], *, why: str, at: datetime) -> int:
    """Do that with all that waits for the reason `why`. The contacts must be held. One statement."""
    if not contact_ids:
        return 0
    business = business_queries.business()
    transaction.on_commit(lambda: wake.wake("speak"))
    due = at + timedelta(hours=business.held_hours)
    params = {"contacts": list(contact_ids), "why": why, "at": at, "due": due, "policy": business.held_policy}
    return sql.rows(_RELEASE, params)[0][0]


def choose_on_closing(*, message: Message, fate: str, until: datetime | None = None) -> bool:
    """What becomes of one held message when its conversation ends: it goes (`go`), is dropped (`drop`), or goes when
    `until` has come. False if it is not held any more. One statement."""
    chosen = {ON_CLOSING: until.isoformat() if until else fate}
    return bool(
        sql.run(
            "UPDATE crm_dialogue_message SET variables = variables || %s::jsonb "
            "WHERE id = %s AND state = 'waiting' AND why = %s",
            [sql.document(chosen), message.pk, queries.TALKING],
        )
    )


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
    """Bring back what was put off until now. Periodic; one statement, three more where clocks run. The lock
    stands all along."""
    with transaction.atomic():
        woken = sql.rows(
            "UPDATE crm_dialogue_conversation SET state = %s, snoozed_until = NULL "
            "WHERE state = %s AND snoozed_until <= %s RETURNING id",
            [Conversation.State.NEEDS_ANSWER, Conversation.State.LATER, at],
        )
        follow([Conversation(pk=pk, state=Conversation.State.NEEDS_ANSWER) for (pk,) in woken], at=at)
    if woken:
        live.publish(STREAM, {})
    return len(woken)


_RELEASE = """
    WITH told AS (
        SELECT id, COALESCE(variables ->> 'on_closing', %(policy)s) AS fate FROM crm_dialogue_message
        WHERE contact_id = ANY(%(contacts)s) AND state = 'waiting' AND why = %(why)s
    ), dropped AS (
        UPDATE crm_dialogue_message AS m SET state = 'withheld', until = NULL, settled = %(at)s, why = 'dropped',
            detail = '{}'
        FROM told WHERE m.id = told.id AND m.state = 'waiting' AND told.fate = 'drop' RETURNING m.id
    ), emptied AS (
        DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM dropped)
    ), released AS (
        UPDATE crm_dialogue_message AS m SET why = 'talking_ended', detail = '{}',
            until = CASE WHEN told.fate = 'go' THEN %(due)s ELSE greatest(%(due)s, told.fate::timestamptz) END
        FROM told WHERE m.id = told.id AND m.state = 'waiting' AND told.fate <> 'drop' RETURNING m.id, m.lane, m.until
    ), queued AS (
        INSERT INTO crm_dialogue_outbox (message_id, lane, due) SELECT id, lane, until FROM released
        ON CONFLICT (message_id) DO UPDATE SET due = excluded.due
    )
    SELECT (SELECT count(*) FROM dropped) + (SELECT count(*) FROM released)
"""
