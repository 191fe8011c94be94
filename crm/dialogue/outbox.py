"""The speaking belt's queue: claim with a lease, and every way in which a claimed message leaves again.

Three transactions and no lock while mail is handed over: `claim`; the guards' verdicts and the rendering; then, before
each window of mails, one `mark` says in the narrow queue what became of the last window and that the next is `handing`.
`settle` brings the marks into the ledger: every second, because a message has many indexes and the queue has two. A
lapsed lease tells how far a killed worker came: without a mark a message meets the guards again, `handing` is unknown,
any other mark is what became of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from engage.lib import ids, sql

LEASE = f"{settings.LEASES['speak']} seconds"
CHUNK = 500
PUT_OFF = frozenset({"deferred", "unreachable"})
"""Why a message waits that the other side has not taken: only this counts as an attempt."""
SENT_AGAIN = "sent_again"
"""Why a message waits that may have gone out and goes out once more."""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Due when a condition ends: whoever ends it sets the time."""
HANDING = "handing"
NO_UID = UUID(int=0)
CLAIMED_COLUMNS = """m.id, m.uid, m.contact_id, m.recorded_for_id, m.class, m.channel, m.topic_id, m.origin,
    m.content_id, m.conversation_id, m.author_id, m.subject, m.text, m.address, m.variables, m.state, o.attempts, m.at,
    o.mark, o.marked"""
"""What `claimed_row` reads, of a message m and its row o in the queue."""
_WRITTEN = ("id", "channel", "content", "subject", "address", "header_id")


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

    @property
    def routes(self) -> Sequence[tuple[str, int | None]]:
        """The channels that it may take, the first that is open, each with its content; empty where it has one."""
        return self.variables.get("routes", ())

    @property
    def channels(self) -> Sequence[str]:
        return [name for name, _content in self.routes] or (self.channel,)

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
        routes: Sequence[tuple[str, int | None]] = (),
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
            variables={"routes": routes} if routes else {},
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
    channel: str
    content: int
    subject: str
    address: str
    header_id: str
    slots: list[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What handing over a message cost, in `units` such as the segments of a text message."""

    amount: Decimal
    currency: str
    units: int = 1


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
        f"""
        SELECT {CLAIMED_COLUMNS}
        FROM crm_dialogue_outbox AS o JOIN crm_dialogue_message AS m ON m.id = o.message_id
        WHERE o.message_id = ANY(%s) AND o.lease = %s ORDER BY o.lane, o.due, m.id FOR UPDATE OF o
        """,  # noqa: S608 our own columns
        [list(messages), token],
    )
    return [claimed_row(row) for row in found]


def claimed_row(row: Sequence[Any]) -> Claimed:
    """Of a row of CLAIMED_COLUMNS."""
    return Claimed(*(*row[:14], sql.decoded(row[14]), *row[15:]))


def keep_written(written: Sequence[Written], *, state: str, again: Sequence[int] = ()) -> None:
    """Keep the rendered slots and put the messages into `state`. Two statements, and one more if some of them (`again`)
    may have been written before."""
    if not written:
        return
    sql.run(
        """
        UPDATE crm_dialogue_message AS m SET state = %s, channel = w.channel, content_id = w.content,
            subject = w.subject, address = w.address, header_id = w.header_id, why = '', detail = '{}', until = NULL
        FROM json_to_recordset(%s) AS w(id bigint, channel text, content bigint, subject text, address text,
                                               header_id text)
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
    """Write verdicts and outcomes into the ledger, and take them out of the queue. One statement, one more if any of
    them may have gone out.

    Waiting messages stay in the queue until `until`, or for ever, until their condition ends. What the other side has
    told us since, that a mail came back, is later news and stays. A transactional message that may have gone out is
    tried once more; what was tried once more and does not go is as unknown as before. What went inside a message is
    told with it: merged where it left, or may have; waiting by itself again, and due, where it did not; where it is put
    off, that too.
    """
    if not settled:
        return
    unknown = [one.id for one in settled if one.state == "unknown"]
    if not unknown:
        _settle(settled, at)
        return
    with transaction.atomic():
        once_more = _once_more(unknown, at)
        again = [Settled(id, "waiting", SENT_AGAIN, until=at) for id in once_more]
        _settle([*again, *(one for one in settled if one.id not in once_more)], at)


def _once_more(unknown: Collection[int], at: datetime) -> set[int]:
    """Which of these are tried again by themselves: each transactional one, once."""
    found = sql.rows(
        """
        INSERT INTO crm_dialogue_sentagain (message_id, at, by)
        SELECT id, %s, '' FROM crm_dialogue_message WHERE id = ANY(%s) AND class = 'transactional'
        ON CONFLICT DO NOTHING RETURNING message_id
        """,
        [at, list(unknown)],
    )
    return {row[0] for row in found}


def _settle(settled: Sequence[Settled], at: datetime) -> None:
    sql.run(
        """
        WITH s AS MATERIALIZED (
            SELECT * FROM json_to_recordset(%(settled)s)
                AS s(id bigint, state text, why text, detail jsonb, until timestamptz, at timestamptz, tried boolean)
        ), told AS (
            UPDATE crm_dialogue_message AS m SET why = s.why,
                state = CASE WHEN s.state IN ('withheld', 'failed') AND EXISTS (
                    SELECT FROM crm_dialogue_sentagain WHERE message_id = s.id
                ) THEN 'unknown' ELSE s.state END,
                detail = s.detail, until = s.until,
                settled = CASE WHEN s.state <> 'waiting' THEN COALESCE(s.at, %(at)s) END
            FROM s WHERE m.id = s.id AND m.state NOT IN ('delivered', 'bounced')
        ), inside AS (
            UPDATE crm_dialogue_message AS m SET
                state = CASE WHEN s.stays THEN 'waiting' ELSE 'withheld' END,
                why = CASE WHEN s.stays THEN '' ELSE 'merged' END,
                inside_id = CASE WHEN s.stays THEN NULL ELSE s.id END,
                settled = CASE WHEN NOT s.stays THEN COALESCE(s.at, %(at)s) END
            FROM (SELECT *, state IN ('waiting', 'withheld', 'failed') AS stays FROM s WHERE NOT tried) AS s
            WHERE m.inside_id = s.id AND m.state = 'claimed' RETURNING m.id, m.state
        ), gone AS (
            DELETE FROM crm_dialogue_outbox WHERE message_id IN (
                SELECT id FROM s WHERE state <> 'waiting' UNION ALL SELECT id FROM inside WHERE state <> 'waiting')
        ), queued AS (
            SELECT id, COALESCE(until, %(never)s) AS due, tried FROM s WHERE state = 'waiting'
            UNION ALL SELECT id, %(at)s, FALSE FROM inside WHERE state = 'waiting'
        )
        UPDATE crm_dialogue_outbox AS o SET lease = NULL, lease_until = NULL, mark = '', marked = NULL,
            due = q.due, attempts = CASE WHEN q.tried THEN o.attempts ELSE 0 END
        FROM queued AS q WHERE o.message_id = q.id
        """,
        {"settled": sql.document([_told(one) for one in settled]), "at": at, "never": NEVER},
    )


def keep_costs(costs: Mapping[int, Cost]) -> None:
    """What these messages cost. One statement, none where nothing costs anything."""
    if costs:
        rows = [(message, cost.amount, cost.currency, cost.units) for message, cost in costs.items()]
        sql.run(
            """
            INSERT INTO crm_dialogue_cost (message_id, amount, currency, units)
            SELECT * FROM unnest(%s::bigint[], %s::numeric[], %s::text[], %s::smallint[])
            ON CONFLICT (message_id) DO UPDATE SET amount = excluded.amount, currency = excluded.currency,
                units = excluded.units
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )


def leave(messages: Collection[int]) -> None:
    """Take out of the queue what ended without us, and what went inside it."""
    if messages:
        sql.run(
            """
            WITH inside AS (
                UPDATE crm_dialogue_message SET state = 'withheld', why = 'merged', settled = statement_timestamp()
                WHERE inside_id = ANY(%(ended)s) AND state = 'claimed' RETURNING id
            )
            DELETE FROM crm_dialogue_outbox WHERE message_id = ANY(%(ended)s) OR message_id IN (SELECT id FROM inside)
            """,
            {"ended": list(messages)},
        )


def put_back(messages: Collection[int], *, seconds: float) -> None:
    """Unlease messages that could not be looked at, to be tried again soon; it does not count as an attempt."""
    if messages:
        sql.run(f"{_UNLEASE} WHERE message_id = ANY(%s)", [seconds, list(messages)])


def leased(token: UUID) -> set[int]:
    """What is still leased with this token. One statement."""
    return {row[0] for row in sql.rows("SELECT message_id FROM crm_dialogue_outbox WHERE lease = %s", [token])}


def release(token: UUID, *, seconds: float) -> None:
    """The same for all that is still leased with this token."""
    sql.run(f"{_UNLEASE} WHERE lease = %s", [seconds, token])


_UNLEASE = (
    "UPDATE crm_dialogue_outbox SET lease = NULL, lease_until = NULL, attempts = attempts - 1, "
    "due = statement_timestamp() + make_interval(secs => %s)"
)


def _told(settled: Settled) -> dict[str, Any]:
    told = {name: getattr(settled, name) for name in ("id", "state", "why", "until", "at")}
    put_off = settled.state == "waiting" and settled.why in PUT_OFF
    return told | {"detail": settled.detail or {}, "tried": put_off}
