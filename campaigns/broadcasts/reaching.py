"""While the mail server is away no more of a broadcast goes against it than it takes to find out when it is back."""

from datetime import datetime, timedelta

from campaigns.broadcasts.models import Broadcast
from engage.lib import sql, wake

AWAY = 500
"""So many messages that could not be handed over, and the server is away."""
PROBES = 10
"""So many of them are tried again each time."""
EVERY = timedelta(minutes=1)


def away(broadcast: Broadcast) -> bool:
    """Whether the mail server is away, as far as this broadcast knows. One query, by index."""
    ((number,),) = sql.rows(_UNREACHABLE, [broadcast.origin, AWAY])
    return number >= AWAY


def probe(broadcast: Broadcast, at: datetime) -> int:
    """A stage: while the server is away let a few try each minute, and all of them once one of the few was handed over.
    One query while everything goes, two else."""
    tried = broadcast.probe
    if tried and sql.rows(_HANDED_OVER, [tried["messages"]]):
        broadcast.probe = None
        wake.wake("speak")
        return sql.run(_ALL_AGAIN, {"origin": broadcast.origin, "at": at})
    if not away(broadcast):
        broadcast.probe = None
        return 0
    if tried and at.timestamp() - tried["at"] < EVERY.total_seconds():
        return 0
    again = sql.rows(_SOME_AGAIN, {"origin": broadcast.origin, "at": at, "most": PROBES})
    broadcast.probe = {"at": at.timestamp(), "messages": [message for (message,) in again]}
    return 0


_UNREACHABLE = """
    SELECT count(*) FROM (SELECT FROM crm_dialogue_message
        WHERE state = 'waiting' AND why = 'unreachable' AND origin = %s LIMIT %s) AS m
"""

_HANDED_OVER = """
    SELECT 1 FROM crm_dialogue_message
    WHERE id = ANY(%s) AND state IN ('accepted', 'kept', 'delivered', 'bounced', 'failed', 'unknown') LIMIT 1
"""

_SOME_AGAIN = """
    UPDATE crm_dialogue_outbox AS o SET due = %(at)s, attempts = GREATEST(attempts - 1, 0)
    FROM (SELECT m.id FROM crm_dialogue_message AS m JOIN crm_dialogue_outbox AS w ON w.message_id = m.id
        WHERE m.state = 'waiting' AND m.why = 'unreachable' AND m.origin = %(origin)s AND w.lease IS NULL
        LIMIT %(most)s FOR UPDATE OF w SKIP LOCKED) AS few
    WHERE o.message_id = few.id RETURNING o.message_id
"""
"""A probe is no attempt of its own: whatever was put off is given up after so many."""

_ALL_AGAIN = """
    UPDATE crm_dialogue_outbox AS o SET due = %(at)s, attempts = 0
    FROM (SELECT m.id FROM crm_dialogue_message AS m JOIN crm_dialogue_outbox AS w ON w.message_id = m.id
        WHERE m.state = 'waiting' AND m.why = 'unreachable' AND m.origin = %(origin)s AND w.lease IS NULL
          AND w.due > %(at)s FOR UPDATE OF w SKIP LOCKED) AS them
    WHERE o.message_id = them.id
"""
