"""The listening belt's queue: claim with a lease, finish or release with the same token."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings

from crm.events.envelope import Envelope
from engage.lib import ids, sql

LEASE = f"{settings.LEASES['listen']} seconds"
CHUNK = 1000


def claim() -> tuple[UUID, list[Envelope]]:
    """Lease envelopes of about CHUNK events, the longest waiting first. One statement; commit it before working.

    Nothing is claimed while the belt is stopped.
    """
    token = ids.uuid7()
    found = sql.rows(
        """
        WITH locked AS MATERIALIZED (
            SELECT id, events FROM crm_events_inbox
            WHERE due <= statement_timestamp() AND (lease_until IS NULL OR lease_until < statement_timestamp())
              AND NOT EXISTS (SELECT FROM crm_events_beltstop WHERE belt = 'listen' AND lifted IS NULL)
            ORDER BY due, id LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
        ), counted AS (
            SELECT id, sum(events) OVER (ORDER BY id) - events AS before FROM locked
        )
        UPDATE crm_events_inbox AS i
        SET lease = %(token)s, lease_until = statement_timestamp() + %(lease)s::interval, attempts = attempts + 1
        FROM counted WHERE i.id = counted.id AND before < %(chunk)s
        RETURNING i.id, i.uid, i.received, i.source, i.call, i.body, i.cause, i.depth, i.attempts
        """,
        {"chunk": CHUNK, "token": token, "lease": LEASE},
    )
    return token, sorted((Envelope(*row) for row in found), key=lambda envelope: envelope.id)


def relock(token: UUID, envelopes: Collection[Envelope]) -> list[Envelope]:
    """Those still ours, locked: a worker that slept past its lease gets none and does nothing."""
    ours = {
        row[0]
        for row in sql.rows(
            "SELECT id FROM crm_events_inbox WHERE id = ANY(%s) AND lease = %s FOR UPDATE",
            [[envelope.id for envelope in envelopes], token],
        )
    }
    return [envelope for envelope in envelopes if envelope.id in ours]


def finish(envelopes: Collection[Envelope]) -> None:
    """They are dealt with; in the transaction that dealt with them."""
    sql.run("DELETE FROM crm_events_inbox WHERE id = ANY(%s)", [[envelope.id for envelope in envelopes]])


def release(token: UUID, *, seconds: float) -> None:
    """Give the chunk back to be tried again in a while; such an attempt does not count."""
    sql.run(
        "UPDATE crm_events_inbox SET lease = NULL, lease_until = NULL, attempts = attempts - 1, "
        "due = statement_timestamp() + make_interval(secs => %s) WHERE lease = %s",
        [seconds, token],
    )
