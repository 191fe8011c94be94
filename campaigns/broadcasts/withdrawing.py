"""Messages of a paused or cancelled broadcast come back from the speaking belt, and end if it was cancelled. In slices.

What a worker has in hand is held there (`dialogue.Hold`), but for the mails that are on their way at that moment.
"""

from datetime import datetime

from campaigns.broadcasts.models import Broadcast
from crm.dialogue.actions import hold_origin
from crm.dialogue.models import Message
from engage.lib import sql

SLICE = 5_000
PAUSED, CANCELLED = "broadcast_paused", "broadcast_cancelled"


def stop_now(broadcast: Broadcast, *, because: str, by: str, at: datetime) -> None:
    """Let nothing more of it leave, of what workers have in hand neither, and take back what was never looked at: its
    turn is to come again. Lowers `released` on the row. Three statements, one of them over the belt's reserve."""
    hold_origin(origin=broadcast.origin, because=because, by=by, at=at)
    _take_back_ready(broadcast)


def _take_back_ready(broadcast: Broadcast) -> None:
    taken = sql.run(
        _TAKE_BACK_READY, {"lane": Message.Lane.BULK, "origin": broadcast.origin, "broadcast": broadcast.pk}
    )
    broadcast.released -= taken


def take_back_slice(broadcast: Broadcast, at: datetime) -> int:
    """Of a paused broadcast what waits at the belt for anything, such as the end of a conversation: it is looked at
    anew when the broadcast goes on. Lowers `released` on the row. One statement."""
    params = {"origin": broadcast.origin, "broadcast": broadcast.pk, "why": PAUSED, "slice": SLICE}
    taken = sql.run(_TAKE_BACK_WAITING, params)
    broadcast.released -= taken
    return taken


def cancel_slice(broadcast: Broadcast, at: datetime) -> int:
    """Of a cancelled broadcast the next that wait, for good. Two statements."""
    params = {
        "origin": broadcast.origin,
        "broadcast": broadcast.pk,
        "why": CANCELLED,
        "slice": SLICE,
        "at": at,
    }
    turns = sql.rows(_CANCEL_TURNS, params)[0][0]
    return turns or sql.run(_CANCEL_WAITING, params)


def waits(broadcast: Broadcast) -> bool:
    """Whether anything of it is still to be settled. One query, by index."""
    ((found,),) = sql.rows(
        "SELECT EXISTS (SELECT FROM crm_dialogue_message WHERE direction = 'out' AND origin = %s "
        "AND state IN ('queued', 'claimed', 'waiting'))",
        [broadcast.origin],
    )
    return found


def has_turns(broadcast: Broadcast) -> bool:
    """One query, by index."""
    ((found,),) = sql.rows(
        "SELECT EXISTS (SELECT FROM campaigns_broadcasts_turn WHERE broadcast_id = %s)", [broadcast.pk]
    )
    return found


_AT_THE_BELT = """
    SELECT m.id, m.at FROM crm_dialogue_message AS m JOIN crm_dialogue_outbox AS o ON o.message_id = m.id
    WHERE m.direction = 'out' AND m.origin = %(origin)s AND m.state IN ('queued', 'claimed', 'waiting') AND o.mark = ''
      AND (o.lease_until IS NULL OR o.lease_until < statement_timestamp())
    LIMIT %(slice)s FOR UPDATE OF o, m SKIP LOCKED
"""

_TAKE_BACK_READY = """
    WITH mine AS MATERIALIZED (
        SELECT o.message_id, m.at FROM crm_dialogue_outbox AS o JOIN crm_dialogue_message AS m ON m.id = o.message_id
        WHERE o.lane = %(lane)s AND o.due <= statement_timestamp() AND o.lease IS NULL AND m.origin = %(origin)s
          AND m.state = 'queued'
        FOR UPDATE OF o, m SKIP LOCKED
    ), gone AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT message_id FROM mine))
    INSERT INTO campaigns_broadcasts_turn (message_id, broadcast_id, rest, due)
    SELECT message_id, %(broadcast)s, FALSE, at FROM mine ON CONFLICT (message_id) DO NOTHING
"""

_TAKE_BACK_WAITING = f"""
    WITH mine AS MATERIALIZED ({_AT_THE_BELT}),
    gone AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM mine)),
    told AS (
        UPDATE crm_dialogue_message AS m SET state = 'waiting', why = %(why)s, detail = '{{}}', until = NULL
        FROM mine WHERE m.id = mine.id
    )
    INSERT INTO campaigns_broadcasts_turn (message_id, broadcast_id, rest, due)
    SELECT id, %(broadcast)s, FALSE, at FROM mine ON CONFLICT (message_id) DO NOTHING
"""  # noqa: S608 a statement of ours

_CANCEL_TURNS = """
    WITH gone AS (
        DELETE FROM campaigns_broadcasts_turn WHERE message_id IN (
            SELECT message_id FROM campaigns_broadcasts_turn WHERE broadcast_id = %(broadcast)s LIMIT %(slice)s)
        RETURNING message_id
    ), told AS (
        UPDATE crm_dialogue_message SET state = 'withheld', why = %(why)s, detail = '{}', until = NULL, settled = %(at)s
        WHERE id IN (SELECT message_id FROM gone) AND state IN ('queued', 'waiting')
    )
    SELECT count(*) FROM gone
"""

_CANCEL_WAITING = f"""
    WITH mine AS MATERIALIZED ({_AT_THE_BELT}),
    gone AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM mine))
    UPDATE crm_dialogue_message AS m SET state = 'withheld', why = %(why)s, detail = '{{}}', until = NULL,
        settled = %(at)s
    FROM mine WHERE m.id = mine.id
"""  # noqa: S608 a statement of ours
