"""Whatever we say is queued as a message: a row in the ledger and a row in the speaking belt's queue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.db import transaction

from crm.dialogue.models import Message
from engage.lib import ids, sql, wake


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be queued. It exists once per (recorded_for, origin, occurrence). `routes` are the channels that it
    may take, with the content for each: it goes by the first for which there is an address and a permission."""

    contact: int
    recorded_for: int
    klass: str
    origin: str
    occurrence: str
    lane: int = Message.Lane.TRIGGERED
    channel: str = "email"
    topic: int | None = None
    content: int | None = None
    conversation: int | None = None
    author: int | None = None
    subject: str = ""
    text: str = ""
    address: str = ""
    variables: dict = field(default_factory=dict)
    routes: Sequence[tuple[str, int | None]] = ()
    due: datetime | None = None


def queue(drafts: Sequence[Draft], *, at: datetime, owed: bool = True) -> list[int]:
    """Queue messages; those that exist already are left as they are. Returns the ids of the new ones.

    With `owed`, each draft is one decision to speak and raises what its origin owes, whether or not a message could
    be made of it: so that the ledger's sum can fail. Holds nobody. Two statements.
    """
    if not drafts:
        return []
    rows = [_row(draft, at) for draft in drafts]
    with transaction.atomic():
        new = sql.rows(_INSERT, [list(column) for column in zip(*rows, strict=True)])
        if owed:
            owe(Counter(draft.origin for draft in drafts))
        transaction.on_commit(lambda: wake.wake("speak"))
    return [row[0] for row in new]


def owe(counts: dict[str, int]) -> None:
    """Raise what each origin owes, of all and of the day on which this transaction began: `received` of its messages
    says the same day. One statement; callers take origins in one order, so that none deadlock."""
    origins, amounts = zip(*sorted(counts.items()), strict=True)
    sql.run(_OWE, [list(origins), list(amounts)])


def _row(draft: Draft, at: datetime) -> tuple:
    return (
        ids.uuid7(),
        draft.contact,
        draft.recorded_for,
        draft.klass,
        draft.channel,
        draft.lane,
        draft.topic,
        draft.origin,
        draft.occurrence,
        draft.content,
        draft.conversation,
        draft.author,
        draft.subject,
        draft.text,
        draft.address,
        orjson.dumps(draft.variables | ({"routes": draft.routes} if draft.routes else {})).decode(),
        draft.due or at,
    )


_OWE = """
    WITH owed AS MATERIALIZED (
        SELECT origin, due FROM unnest(%s::text[], %s::bigint[]) AS o(origin, due)
    ), of_all AS (
        INSERT INTO crm_dialogue_occasion (origin, label, due) SELECT origin, '', due FROM owed
        ON CONFLICT (origin) DO UPDATE SET due = crm_dialogue_occasion.due + excluded.due
    )
    INSERT INTO crm_dialogue_occasionday (origin, day, due)
    SELECT origin, (transaction_timestamp() AT TIME ZONE 'UTC')::date, due FROM owed
    ON CONFLICT (origin, day) DO UPDATE SET due = crm_dialogue_occasionday.due + excluded.due
"""

_INSERT = """
    WITH new AS (
        INSERT INTO crm_dialogue_message (uid, contact_id, recorded_for_id, direction, class, channel, lane, topic_id,
            origin, occurrence, content_id, conversation_id, author_id, subject, text, address, variables, state, at,
            received)
        SELECT uid, contact, recorded_for, 'out', class, channel, lane, topic, origin, occurrence, content,
            conversation, author, subject, text, address, variables, 'queued', due, transaction_timestamp()
        FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::smallint[], %s::bigint[],
            %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[],
            %s::jsonb[], %s::timestamptz[])
            AS d(uid, contact, recorded_for, class, channel, lane, topic, origin, occurrence, content, conversation,
                 author, subject, text, address, variables, due)
        ON CONFLICT DO NOTHING
        RETURNING id, lane, at
    ), queued AS (
        INSERT INTO crm_dialogue_outbox (message_id, lane, due) SELECT id, lane, at FROM new
    )
    SELECT id FROM new
"""
