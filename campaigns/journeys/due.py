"""The walking belt's queue: claim with a lease, lock and release with the same token."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from campaigns.journeys.happened import is_heard
from engage.lib import ids, sql

LEASE = f"{settings.LEASES['walk']} seconds"
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Claimed:
    """A wait that fell due, not looked at yet."""

    enrolment: int
    contact: int
    journey: int


@dataclass(slots=True)
class Walker:
    """One enrolment of a chunk, locked: where it stands, and whose it is today."""

    enrolment: int
    uid: UUID
    journey: int
    version: int
    contact: int
    recorded_for: int
    shadow: bool
    timezone: str
    language: str
    step: str
    visit: int
    event: dict[str, Any]
    since: datetime
    until: datetime
    met: dict[str, Any] | None
    attempts: int
    let_out_by: str
    heading: str = ""
    """The step at which another version takes this walk over."""
    braked: bool = False
    """Whether it is the first day of the journey, on which its messages are counted."""

    @property
    def is_heard(self) -> bool:
        """Whether what began this walk, or led it on just now, is an answer that a person answers."""
        began = is_heard(self.event.get("name"), self.event.get("properties"))
        return began or bool(self.met and self.met.get("heard"))


def claim(at: datetime) -> tuple[UUID, list[Claimed]]:
    """Lease waits that were due at `at`, the longest overdue first. One statement; commit it before working.

    A wait is not over while something that came in before its end is still unread: it may be what the wait looks for.
    Nothing is claimed while the belt is stopped.
    """
    token = ids.uuid7()
    found = sql.rows(
        """
        WITH locked AS MATERIALIZED (
            SELECT enrolment_id FROM campaigns_journeys_duewait
            WHERE NOT parked AND due <= %(at)s AND (lease_until IS NULL OR lease_until < now())
              AND (met IS NOT NULL OR until <= since OR until > %(at)s
                   OR until <= coalesce((SELECT received FROM crm_events_inbox ORDER BY id LIMIT 1), 'infinity'))
              AND NOT EXISTS (SELECT FROM crm_events_beltstop WHERE belt = 'walk' AND lifted IS NULL)
            ORDER BY due LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
        )
        UPDATE campaigns_journeys_duewait AS w
        SET lease = %(token)s, lease_until = now() + %(lease)s::interval, attempts = attempts + 1
        FROM locked JOIN campaigns_journeys_enrolment AS e ON e.id = locked.enrolment_id
        WHERE w.enrolment_id = locked.enrolment_id
        RETURNING w.enrolment_id, e.contact_id, e.journey_id
        """,
        {"at": at, "chunk": CHUNK, "token": token, "lease": LEASE},
    )
    return token, [Claimed(*row) for row in found]


def relock(token: UUID, enrolments: Collection[int]) -> list[Walker]:
    """Those still ours, locked and read anew: a worker that slept past its lease gets none and does nothing. Hold
    their people first. One statement."""
    found = sql.rows(
        """
        SELECT e.id, e.uid, e.journey_id, e.version_id, e.contact_id, e.recorded_for_id, e.shadow, c.timezone,
            c.language, e.step, e.visit, e.event, w.since, w.until, w.met, w.attempts, w.let_out_by
        FROM campaigns_journeys_duewait AS w
        JOIN campaigns_journeys_enrolment AS e ON e.id = w.enrolment_id
        JOIN crm_contacts_contact AS c ON c.id = e.contact_id
        WHERE w.enrolment_id = ANY(%s) AND w.lease = %s AND e.state = 'active'
        ORDER BY e.id FOR UPDATE OF w, e
        """,
        [list(enrolments), token],
    )
    return [_walker(*row) for row in found]


def _walker(*row: Any) -> Walker:
    walker = Walker(*row)
    walker.event, walker.met = sql.decoded(walker.event), sql.decoded(walker.met)
    return walker


def release(token: UUID, claimed: Collection[Claimed], *, seconds: float) -> None:
    """Give back what is still leased with `token`, to be tried again in a while; such an attempt does not count."""
    sql.run(
        "UPDATE campaigns_journeys_duewait SET lease = NULL, lease_until = now() + make_interval(secs => %s), "
        "attempts = attempts - 1 WHERE enrolment_id = ANY(%s) AND lease = %s",
        [seconds, [one.enrolment for one in claimed], token],
    )


def park(walkers: Sequence[Walker]) -> None:
    """Leave them standing until their journey resumes."""
    sql.run(
        "UPDATE campaigns_journeys_duewait SET parked = TRUE, lease = NULL, lease_until = NULL, attempts = 0 "
        "WHERE enrolment_id = ANY(%s)",
        [[walker.enrolment for walker in walkers]],
    )


def unpark(journey: int) -> None:
    """The people of a journey that resumes come back into the queue. Lock the journey first."""
    _change(journey, "parked = FALSE", "w.parked", [])


def hurry(journey: int, at: datetime) -> None:
    """All waits of a journey are over, whatever is still unread: it stops, and the belt lets them go. Lock the journey
    first."""
    over = "least(w.until, %s)"
    _change(journey, f"parked = FALSE, since = {over}, until = {over}, due = least(w.due, %s)", "TRUE", [at, at, at])


def look_at(version: int, steps: Collection[str], at: datetime) -> None:
    """All who stand at these steps of a version are looked at. Lock the journey first."""
    sql.run(
        """
        WITH locked AS MATERIALIZED (
            SELECT w.enrolment_id FROM campaigns_journeys_duewait AS w
            JOIN campaigns_journeys_enrolment AS e ON e.id = w.enrolment_id
            WHERE e.version_id = %s AND e.step = ANY(%s) AND e.state = 'active' ORDER BY 1 FOR UPDATE OF w
        )
        UPDATE campaigns_journeys_duewait AS w SET due = least(w.due, %s)
        FROM locked WHERE w.enrolment_id = locked.enrolment_id
        """,
        [version, list(steps), at],
    )


def _change(journey: int, change: str, only: str, params: list[Any]) -> None:
    """Rows are locked in the order in which everybody locks them: fewer or more, none of them wait in a circle."""
    sql.run(
        f"""
        WITH locked AS MATERIALIZED (
            SELECT w.enrolment_id FROM campaigns_journeys_duewait AS w
            JOIN campaigns_journeys_enrolment AS e ON e.id = w.enrolment_id
            WHERE e.journey_id = %s AND e.state = 'active' AND {only} ORDER BY 1 FOR UPDATE OF w
        )
        UPDATE campaigns_journeys_duewait AS w SET {change} FROM locked WHERE w.enrolment_id = locked.enrolment_id
        """,  # noqa: S608 `change` and `only` are ours
        [journey, *params],
    )
