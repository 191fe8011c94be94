"""Messages that were queued by mistake, and have not left."""

from collections.abc import Collection, Sequence
from datetime import datetime

from crm.dialogue import merging
from crm.dialogue.models import Message
from crm.dialogue.queries import TAKEN_BACK
from engage.lib import sql

HERE = (Message.State.QUEUED, Message.State.WAITING, Message.State.WITHHELD)


def take_back(contacts: Sequence[int], walks: Collection[str], *, at: datetime) -> set[str]:
    """Drop what waits for these people under these occurrences (`walk:visit`), where nothing of the walk has left.
    Returns the walks of which something has, or may have, also inside another message. Hold the people first. Three
    statements at most."""
    params = {"contacts": list(contacts), "walks": list(walks), "here": list(HERE), "at": at, "why": TAKEN_BACK}
    params["merged"] = merging.MERGED
    left = sql.rows(
        """
        SELECT DISTINCT split_part(occurrence, ':', 1) FROM crm_dialogue_message
        WHERE contact_id = ANY(%(contacts)s) AND split_part(occurrence, ':', 1) = ANY(%(walks)s)
          AND (state <> ALL(%(here)s) OR why = %(merged)s)
        """,
        params,
    )
    params["walks"] = sorted(set(walks) - {walk for (walk,) in left})
    dropped = sql.rows(
        """
        WITH dropped AS (
            UPDATE crm_dialogue_message SET state = 'withheld', until = NULL, settled = %(at)s, why = %(why)s,
                detail = '{}'
            WHERE contact_id = ANY(%(contacts)s) AND split_part(occurrence, ':', 1) = ANY(%(walks)s)
              AND state IN ('queued', 'waiting')
            RETURNING id
        ), emptied AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM dropped))
        SELECT id FROM dropped
        """,
        params,
    )
    merging.let_out([id for (id,) in dropped])
    return {walk for (walk,) in left}
