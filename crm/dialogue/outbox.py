"""The speaking belt's queue: claim with a lease, and every way in which a claimed message leaves again.

Three transactions and no lock while mail is handed over: `claim`; the guards' verdicts and the rendering; then, before
each window of mails, one `turn` records the outcomes of the last window and marks the next as `handing`. A lapsed
lease tells how far a killed worker came: `claimed` meets the guards again, `handing` is unknown.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from crm.dialogue.models import Message
from engage.lib import ids, sql

LEASE = f"{settings.LEASES['speak']} seconds"
CHUNK = 500
PUT_OFF = frozenset({"deferred", "unreachable"})
"""Why a message waits that the other side has not taken: only this counts as an attempt."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Due when a condition ends: whoever ends it sets the time."""
State = Message.State


@dataclass(slots=True)
class Claimed:
    """A message that a worker has in hand."""

    id: int
    uid: UUID
    contact: int
    recorded_for: int
    klass: str
    channel: str
    topic: int | None
    origin: str
    content: int | None
    conversation: int | None
    author: int | None
    subject: str
    text: str
    address: str
    variables: dict[str, Any]
    state: str
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """How a message ended, or why it waits. `until` only for waiting; None there means until its condition ends."""

    id: int
    state: str
    why: str = ""
    detail: dict | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A message as rendered: what is kept so that it can be shown again."""

    id: int
    content: int
    subject: str
    address: str
    header_id: str
    slots: list[str]


def claim(lanes: Collection[int], *, chunk: int = CHUNK) -> tuple[UUID, list[int]]:
    """Lease due messages of these lanes, by lane, then due. One statement; commit it before working."""
    token = ids.uuid7()
    found = sql.rows(
        """
        WITH picked AS MATERIALIZED (
            SELECT message_id FROM crm_dialogue_outbox
            WHERE lane = ANY(%(lanes)s) AND due <= statement_timestamp()
              AND (lease_until IS NULL OR lease_until < statement_timestamp())
              AND NOT EXISTS (SELECT FROM crm_events_beltstop WHERE belt = 'speak' AND lifted IS NULL)
            ORDER BY lane, due LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
        )
        UPDATE crm_dialogue_outbox AS o
        SET lease = %(token)s, lease_until = statement_timestamp() + %(lease)s::interval, attempts = attempts + 1
        FROM picked WHERE o.message_id = picked.message_id RETURNING o.message_id
        """,
        {"lanes": sorted(lanes), "chunk": chunk, "token": token, "lease": LEASE},
    )
    return token, [row[0] for row in found]


def relock(token: UUID, messages: Collection[int]) -> list[Claimed]:
    """Those still ours, locked, in the order of claiming. One statement."""
    found = sql.rows(
        """
        SELECT m.id, m.uid, m.contact_id, m.recorded_for_id, m.class, m.channel, m.topic_id, m.origin, m.content_id,
            m.conversation_id, m.author_id, m.subject, m.text, m.address, m.variables, m.state, o.attempts, m.at
        FROM crm_dialogue_outbox AS o JOIN crm_dialogue_message AS m ON m.id = o.message_id
        WHERE o.message_id = ANY(%s) AND o.lease = %s ORDER BY o.lane, o.due, m.id FOR UPDATE OF o
        """,
        [list(messages), token],
    )
    return [Claimed(*(*row[:14], _object(row[14]), *row[15:])) for row in found]


def settle(settled: Sequence[Settled], *, token: UUID, at: datetime) -> None:
    """Write verdicts and outcomes. Two statements.

    Waiting messages stay in the queue until `until` (or for ever, until their condition ends); all others leave it.
    """
    turn(settled, (), token=token, at=at)
    leave(settled)


def keep_written(written: Sequence[Written], *, state: str) -> None:
    """Keep the rendered slots and put the messages into `state`. Two statements."""
    if not written:
        return
    rows = [(w.id, w.content, w.subject, w.address, w.header_id) for w in written]
    sql.run(
        """
        UPDATE crm_dialogue_message AS m SET state = %s, content_id = w.content, subject = w.subject,
            address = w.address, header_id = w.header_id, why = '', detail = '{}', until = NULL
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[])
            AS w(id, content, subject, address, header_id)
        WHERE m.id = w.id
        """,
        [state, *(list(column) for column in zip(*rows, strict=True))],
    )
    sql.run(
        """
        WITH w AS (SELECT * FROM unnest(%s::bigint[], %s::jsonb[]) AS w(id, slots)),
        old AS (DELETE FROM crm_dialogue_rendered AS r USING w WHERE r.message_id = w.id)
        INSERT INTO crm_dialogue_rendered (message_id, slots) SELECT id, slots FROM w
        """,
        [[w.id for w in written], [orjson.dumps(w.slots).decode() for w in written]],
    )


def turn(outcomes: Sequence[Settled], handing: Collection[int], *, token: UUID, at: datetime) -> set[int]:
    """Record what became of the last window and mark the next as `handing`: one statement, committed at once.

    Returns those of `handing` that are still ours and may go.
    """
    if not outcomes and not handing:
        return set()
    turned = [*outcomes, *(Settled(message, State.HANDING) for message in handing)]
    marked = sql.rows(
        """
        UPDATE crm_dialogue_message AS m SET state = s.state, why = s.why, detail = s.detail, until = s.until,
            settled = CASE WHEN s.state IN ('handing', 'waiting') THEN NULL ELSE %s END
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
            AS s(id, state, why, detail, until)
        WHERE m.id = s.id AND (s.state <> 'handing' OR EXISTS (
            SELECT FROM crm_dialogue_outbox AS o WHERE o.message_id = m.id AND o.lease = %s))
        RETURNING m.id
        """,
        [at, *_columns(turned), token],
    )
    return {row[0] for row in marked}.intersection(handing)


def leave(outcomes: Sequence[Settled]) -> None:
    """Take what `turn` settled out of the queue, or put it back in for later. One statement."""
    if outcomes:
        sql.run(
            """
            WITH s AS (
                SELECT * FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::boolean[])
                    AS s(id, state, until, tried)
            ),
            gone AS (DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM s WHERE state <> 'waiting'))
            UPDATE crm_dialogue_outbox AS o SET lease = NULL, lease_until = NULL, due = COALESCE(s.until, %s),
                attempts = CASE WHEN s.tried THEN o.attempts ELSE 0 END
            FROM s WHERE o.message_id = s.id AND s.state = 'waiting'
            """,
            [
                [s.id for s in outcomes],
                [s.state for s in outcomes],
                [s.until for s in outcomes],
                [s.why in PUT_OFF for s in outcomes],
                NEVER,
            ],
        )


def put_back(messages: Collection[int], *, seconds: float) -> None:
    """Unlease messages that could not be looked at, to be tried again soon; it does not count as an attempt."""
    if messages:
        sql.run(f"{_UNLEASE} WHERE message_id = ANY(%s)", [seconds, list(messages)])


def release(token: UUID, *, seconds: float) -> None:
    """The same for all that is still leased with this token."""
    sql.run(f"{_UNLEASE} WHERE lease = %s", [seconds, token])


_UNLEASE = (
    "UPDATE crm_dialogue_outbox SET lease = NULL, lease_until = NULL, attempts = attempts - 1, "
    "due = statement_timestamp() + make_interval(secs => %s)"
)


def _object(value: Any) -> dict[str, Any]:
    """Django leaves jsonb as text in raw queries."""
    return orjson.loads(value) if isinstance(value, str) else value


def _columns(settled: Sequence[Settled]) -> tuple[list, ...]:
    return (
        [s.id for s in settled],
        [s.state for s in settled],
        [s.why for s in settled],
        [orjson.dumps(s.detail or {}).decode() for s in settled],
        [s.until for s in settled],
    )
