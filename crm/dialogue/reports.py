"""The queue of what was heard about messages of ours: accept in one INSERT, claim with a lease,
and finish with its token."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from crm.dialogue.fold import Bounce
from crm.dialogue.models import Report
from crm.events.reading import clean
from engage.lib import clock, ids, sql, wake

LEASE = f"{settings.LEASES['jobs']} seconds"
CHUNK = 500
MOST_ATTEMPTS = 8
"""Claims after which a report is given up: it stopped the belt so often."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing heard. The message is named by `message`, its public id, or by `header_id`, its Message-ID. `detail`
    holds what the kind needs: `bounce`, `cause`, `words`; `link`, `url`, `machine`; or whom a mail was for, `to`.
    `due` is when it may be worked, if not at once."""

    kind: str
    at: datetime
    message: UUID | None = None
    header_id: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    due: datetime | None = None
    id: int = 0
    attempts: int = 0

    @property
    def bounce(self) -> Bounce | None:
        said = self.detail
        return Bounce(said["bounce"], said.get("cause", ""), said.get("words", "")) if "bounce" in said else None


def accept(heard: Sequence[Heard]) -> None:
    """Keep what was heard, without what no database can hold: one INSERT. Once this returned (and committed), it is
    never lost."""
    if not heard:
        return
    now = clock.now()
    rows = [
        (
            one.kind,
            one.message,
            clean(one.header_id)[:255],
            min(one.at, now),
            one.due or now,
            sql.document(clean(one.detail)),
            one.raw,
        )
        for one in heard
    ]
    sql.run(
        "INSERT INTO crm_dialogue_report (kind, message, header_id, at, due, detail, raw) SELECT * FROM unnest("
        "%s::text[], %s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::jsonb[], %s::bytea[])",
        [list(column) for column in zip(*rows, strict=True)],
    )
    transaction.on_commit(lambda: wake.wake("returns"))


def accept_refusals(refusals: Mapping[int, Bounce], *, at: datetime) -> None:
    """Keep what servers said who refused messages as they were handed over, by their keys. One INSERT."""
    if refusals:
        rows = [
            {"id": message, "detail": {"bounce": said.kind, "cause": said.cause, "words": said.words}}
            for message, said in refusals.items()
        ]
        sql.run(
            "INSERT INTO crm_dialogue_report (kind, message, at, detail) SELECT 'refused', m.uid, %s, r.detail "
            "FROM json_to_recordset(%s) AS r(id bigint, detail jsonb) JOIN crm_dialogue_message AS m ON m.id = r.id",
            [at, sql.document(rows)],
        )
        transaction.on_commit(lambda: wake.wake("returns"))


def claim(*, chunk: int = CHUNK) -> tuple[UUID, list[int]]:
    """Lease what is due, the longest waiting first. One statement; commit it before working."""
    token = ids.uuid7()
    found = sql.rows(
        """
        WITH picked AS MATERIALIZED (
            SELECT id FROM crm_dialogue_report
            WHERE due <= %(now)s AND (lease_until IS NULL OR lease_until < statement_timestamp())
            ORDER BY due LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
        )
        UPDATE crm_dialogue_report AS r
        SET lease = %(token)s, lease_until = statement_timestamp() + %(lease)s::interval, attempts = attempts + 1
        FROM picked WHERE r.id = picked.id RETURNING r.id
        """,
        {"now": clock.now(), "chunk": chunk, "token": token, "lease": LEASE},
    )
    return token, [row[0] for row in found]


def relock(token: UUID, claimed: Collection[int]) -> list[Heard]:
    """Those still ours, locked, in the order in which they came in. One statement."""
    found = sql.rows(
        "SELECT id, kind, message, header_id, at, detail, raw, attempts FROM crm_dialogue_report "
        "WHERE id = ANY(%s) AND lease = %s ORDER BY id FOR UPDATE",
        [list(claimed), token],
    )
    return [
        Heard(kind, at, message, header_id, sql.decoded(detail), bytes(raw) if raw else None, None, pk, attempts)
        for pk, kind, message, header_id, at, detail, raw, attempts in found
    ]


def waiting_touches(messages: Collection[UUID]) -> list[tuple[UUID, str, str, datetime, str]]:
    """Opens and clicks of these messages that stand in the queue, ours among them: (message, kind, link, at, sign)."""
    return sql.rows(
        "SELECT message, kind, COALESCE(detail ->> 'link', ''), at, COALESCE(detail ->> 'machine', '') "
        "FROM crm_dialogue_report WHERE message = ANY(%s) AND kind IN ('opened', 'clicked')",
        [list(messages)],
    )


def finish(reports: Collection[int]) -> None:
    """They are dealt with; in the transaction that dealt with them."""
    Report.objects.filter(id__in=reports).delete()


def release(token: UUID, *, seconds: float) -> None:
    """Give the chunk back to be tried again in a while; such an attempt does not count."""
    sql.run(
        "UPDATE crm_dialogue_report SET lease = NULL, lease_until = NULL, attempts = attempts - 1, "
        "due = %s + make_interval(secs => %s) WHERE lease = %s",
        [clock.now(), seconds, token],
    )
