"""The speaking belt's queue: claim with a lease, and every way in which a claimed message leaves again.

Three transactions and no lock while mail is handed over: `claim`; the guards' verdicts and the rendering; then, before
each window of mails, one `mark` says in the narrow queue what became of the last window and that the next is `handing`.
`settle` brings the marks into the ledger: every second, because a message has many indexes and the queue has two. A
lapsed lease tells how far a killed worker came: without a mark a message meets the guards again, `handing` is unknown,
any other mark is what became of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from engage.lib import ids, sql

LEASE = f"{settings.LEASES['speak']} seconds"
CHUNK = 500
PUT_OFF = frozenset({"deferred", "unreachable"})
"""Why a message waits that the other side has not taken: only this counts as an attempt."""
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Due when a condition ends: whoever ends it sets the time."""
HANDING = "handing"
NO_UID = UUID(int=0)
_WRITTEN = ("id", "content", "subject", "address", "header_id")


@dataclass(slots=True)
class Claimed:
    """A message that a worker has in hand. `mark` is what a worker before left of it, at `marked`."""

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
    mark: str = ""
    marked: datetime | None = None

    @classmethod
    def unsent(
        cls,
        *,
        id: int,
        contact: int,
        klass: str,
        channel: str,
        topic: int | None,
        at: datetime,
        uid: UUID = NO_UID,
        recorded_for: int | None = None,
        content: int | None = None,
    ) -> "Claimed":
        """One that stands in no queue and is never sent, for the guards to look at."""
        return cls(
            id=id,
            uid=uid,
            contact=contact,
            recorded_for=contact if recorded_for is None else recorded_for,
            klass=klass,
            channel=channel,
            topic=topic,
            origin="",
            content=content,
            conversation=None,
            author=None,
            subject="",
            text="",
            address="",
            variables={},
            state="queued",
            attempts=0,
            at=at,
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """How a message ended, and when, if not just now; or why it waits. `until` only for waiting; None there means until
    its condition ends."""

    id: int
    state: str
    why: str = ""
    detail: dict | None = None
    until: datetime | None = None
    at: datetime | None = None


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
            m.conversation_id, m.author_id, m.subject, m.text, m.address, m.variables, m.state, o.attempts, m.at,
            o.mark, o.marked
        FROM crm_dialogue_outbox AS o JOIN crm_dialogue_message AS m ON m.id = o.message_id
        WHERE o.message_id = ANY(%s) AND o.lease = %s ORDER BY o.lane, o.due, m.id FOR UPDATE OF o
        """,
        [list(messages), token],
    )
    return [Claimed(*(*row[:14], sql.decoded(row[14]), *row[15:])) for row in found]


def keep_written(written: Sequence[Written], *, state: str, again: Sequence[int] = ()) -> None:
    """Keep the rendered slots and put the messages into `state`. Two statements, and one more if some of them (`again`)
    may have been written before."""
    if not written:
        return
    sql.run(
        """
        UPDATE crm_dialogue_message AS m SET state = %s, content_id = w.content, subject = w.subject,
            address = w.address, header_id = w.header_id, why = '', detail = '{}', until = NULL
        FROM json_to_recordset(%s) AS w(id bigint, content bigint, subject text, address text, header_id text)
        WHERE m.id = w.id
        """,
        [state, sql.document([{name: getattr(w, name) for name in _WRITTEN} for w in written])],
    )
    if again:
        sql.run("DELETE FROM crm_dialogue_rendered WHERE message_id = ANY(%s)", [list(again)])
    sql.copy("crm_dialogue_rendered", ("message_id", "slots"), ((w.id, sql.document(w.slots)) for w in written))


def mark(outcomes: Sequence[Settled], handing: Collection[int], *, token: UUID, at: datetime) -> set[int]:
    """Mark what became of the last window, which must need no words, and the next as `handing`: one statement,
    committed at once. Returns those of `handing` that are still ours and may go."""
    if not outcomes and not handing:
        return set()
    marks = {outcome.id: outcome.state for outcome in outcomes} | dict.fromkeys(handing, HANDING)
    marked = sql.rows(
        """
        UPDATE crm_dialogue_outbox AS o SET mark = s.mark, marked = %s
        FROM unnest(%s::bigint[], %s::text[]) AS s(id, mark)
        WHERE o.message_id = s.id AND o.lease = %s RETURNING o.message_id
        """,
        [at, list(marks), list(marks.values()), token],
    )
    return {row[0] for row in marked}.intersection(handing)


def settle(settled: Sequence[Settled], *, at: datetime) -> None:
    """Write verdicts and outcomes into the ledger, and take them out of the queue. One statement.

    Waiting messages stay in the queue until `until`, or for ever, until their condition ends. What the other side has
    told us since, that a mail came back, is later news and stays.
    """
    if not settled:
        return
    sql.run(
        """
        WITH s AS MATERIALIZED (
            SELECT * FROM json_to_recordset(%(settled)s)
                AS s(id bigint, state text, why text, detail jsonb, until timestamptz, at timestamptz, tried boolean)
        ), told AS (
            UPDATE crm_dialogue_message AS m SET state = s.state, why = s.why, detail = s.detail, until = s.until,
                settled = CASE WHEN s.state <> 'waiting' THEN COALESCE(s.at, %(at)s) END
            FROM s WHERE m.id = s.id AND m.state NOT IN ('delivered', 'bounced')
        ), gone AS (
            DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM s WHERE state <> 'waiting')
        )
        UPDATE crm_dialogue_outbox AS o SET lease = NULL, lease_until = NULL, mark = '', marked = NULL,
            due = COALESCE(s.until, %(never)s), attempts = CASE WHEN s.tried THEN o.attempts ELSE 0 END
        FROM s WHERE o.message_id = s.id AND s.state = 'waiting'
        """,
        {"settled": sql.document([_told(one) for one in settled]), "at": at, "never": NEVER},
    )


def leave(messages: Collection[int]) -> None:
    """Take out of the queue what ended without us."""
    if messages:
        sql.run("DELETE FROM crm_dialogue_outbox WHERE message_id = ANY(%s)", [list(messages)])


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


def _told(settled: Settled) -> dict[str, Any]:
    told = {name: getattr(settled, name) for name in ("id", "state", "why", "until", "at")}
    return told | {"detail": settled.detail or {}, "tried": settled.why in PUT_OFF}
