"""The queue of webhooks: put in, claim with a lease, settle with the same token."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from campaigns.channels.webhook.calling import BACKOFF, Result
from campaigns.journeys.chunk import Chunk
from campaigns.journeys.definition import Hook
from engage.lib import ids, sql, wake

LEASE = f"{settings.LEASES['jobs']} seconds"
CHUNK = 20
REST = timedelta(minutes=1)
"""So long the others wait for a host that was not reached, so that it holds nobody up."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A webhook that fell due, with what its body tells."""

    id: int
    uid: UUID
    url: str
    host: str
    name: str
    step: str
    made: datetime
    attempts: int
    journey: UUID
    journey_name: str
    contact: UUID
    email: str | None
    external: str | None
    event: dict[str, Any]


def call_out(chunk: Chunk, *, at: datetime) -> None:
    """Queue the webhooks of a chunk of walkers. One statement, none where there is nothing."""
    rows = [
        (ids.uuid7(), walker.enrolment, visit, step.id, step.url, step.event, host_of(step.url))
        for walker, _version, step, visit in chunk.does(Hook)
    ]
    if rows:
        sql.run(_QUEUE, [*(list(column) for column in zip(*rows, strict=True)), at, at])
        transaction.on_commit(lambda: wake.wake("webhooks"))


def host_of(url: str) -> str:
    """Empty of what is no address."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def claim(at: datetime) -> tuple[UUID, list[Claimed]]:
    """Lease those due, the longest overdue first. One statement; commit it before working."""
    token = ids.uuid7()
    found = sql.rows(_CLAIM, {"at": at, "chunk": CHUNK, "token": token, "lease": LEASE})
    return token, [_claimed(*row) for row in found]


def _claimed(*row: Any) -> Claimed:
    claimed = Claimed(*row)
    return replace(claimed, event=sql.decoded(claimed.event))


def settle(one: Claimed, result: Result, *, token: UUID, at: datetime) -> None:
    """Sent, failed for good, or due again. Nothing when others took it up meanwhile. One statement."""
    if result.is_over(one.attempts):
        state = "failed" if result.reason else "sent"
        sql.run(_OVER, [one.id, token, state, one.attempts, result.reason, result.status, at])
    else:
        due = at + timedelta(seconds=BACKOFF[one.attempts - 1])
        sql.run(_AGAIN, [due, one.id, token, one.attempts, result.reason, result.status])


def keep(*, token: UUID, at: datetime) -> None:
    """In Test they leave the queue and not the house. One statement."""
    sql.run(
        """
        WITH over AS (DELETE FROM campaigns_journeys_duewebhook WHERE lease = %s RETURNING webhook_id)
        UPDATE campaigns_journeys_webhook AS w SET state = 'kept', settled = %s FROM over WHERE w.id = over.webhook_id
        """,
        [token, at],
    )


def rest(hosts: Sequence[str], *, at: datetime) -> None:
    """Others for these hosts wait a little. One statement, none where there is nothing."""
    if hosts:
        sql.run(
            "UPDATE campaigns_journeys_duewebhook SET due = %s WHERE host = ANY(%s) AND due < %s AND lease IS NULL",
            [at + REST, list(hosts), at + REST],
        )


_QUEUE = """
    WITH n AS (
        SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
            AS n(uid, enrolment, visit, step, url, name, host)
    ), told AS (
        INSERT INTO campaigns_journeys_webhook (uid, enrolment_id, visit, step, url, name, made)
        SELECT uid, enrolment, visit, step, url, name, %s FROM n
        RETURNING id, uid
    )
    INSERT INTO campaigns_journeys_duewebhook (webhook_id, host, due) SELECT told.id, n.host, %s
    FROM told JOIN n ON n.uid = told.uid
"""

_CLAIM = """
    WITH locked AS MATERIALIZED (
        SELECT webhook_id FROM campaigns_journeys_duewebhook
        WHERE due <= %(at)s AND (lease_until IS NULL OR lease_until < now())
        ORDER BY due LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
    )
    UPDATE campaigns_journeys_duewebhook AS d
    SET lease = %(token)s, lease_until = now() + %(lease)s::interval, attempts = attempts + 1
    FROM locked JOIN campaigns_journeys_webhook AS w ON w.id = locked.webhook_id
    JOIN campaigns_journeys_enrolment AS e ON e.id = w.enrolment_id
    JOIN campaigns_journeys_journey AS j ON j.id = e.journey_id
    JOIN crm_contacts_contact AS c ON c.id = e.contact_id
    WHERE d.webhook_id = locked.webhook_id
    RETURNING w.id, w.uid, w.url, d.host, w.name, w.step, w.made, d.attempts, j.uid, j.name, c.uid,
        (SELECT i.value FROM crm_contacts_identity AS i
         WHERE i.contact_id = c.id AND i.kind = 'email' AND i.proof <> '' ORDER BY i.id LIMIT 1),
        (SELECT i.value FROM crm_contacts_identity AS i
         WHERE i.contact_id = c.id AND i.kind = 'external' ORDER BY i.id LIMIT 1),
        e.event
"""

_OVER = """
    WITH over AS (
        DELETE FROM campaigns_journeys_duewebhook WHERE webhook_id = %s AND lease = %s RETURNING webhook_id
    )
    UPDATE campaigns_journeys_webhook AS w SET state = %s, tries = %s, reason = %s, status = %s, settled = %s
    FROM over WHERE w.id = over.webhook_id
"""

_AGAIN = """
    WITH again AS (
        UPDATE campaigns_journeys_duewebhook SET due = %s, lease = NULL, lease_until = NULL
        WHERE webhook_id = %s AND lease = %s RETURNING webhook_id
    )
    UPDATE campaigns_journeys_webhook AS w SET tries = %s, reason = %s, status = %s
    FROM again WHERE w.id = again.webhook_id
"""
