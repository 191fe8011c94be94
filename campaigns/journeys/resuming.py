"""What becomes of the waits of a journey that was paused, when it goes on. Counted before anything happens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import batched
from typing import NamedTuple

from campaigns.journeys.compiled import versions
from campaigns.journeys.definition import Step, Wait
from campaigns.journeys.local_time import next_at
from campaigns.journeys.models import Journey
from crm.business.queries import business
from engage.lib import sql
from engage.lib.local_time import zone_of

SLICE = 5000
SPANS = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(weeks=1))
"""What can be chosen as too long past one's time."""


class Waits(StrEnum):
    """What becomes of those who wait: whose wait is over goes on now, every wait lasts as much longer as the pause
    did, or who stood too long past their time leaves."""

    GO_ON = "go_on"
    SHIFT = "shift"
    LET_OUT = "let_out"


@dataclass(frozen=True, slots=True)
class Pile:
    """Who stands on a paused journey: `over` are past their time, and of them `stale` for longer than each span."""

    on_it: int
    over: int
    shifted: int
    stale: dict[timedelta, int]
    paused: timedelta


class _Standing(NamedTuple):
    enrolment: int
    version: int
    step: str
    timezone: str
    since: datetime
    until: datetime
    due: datetime


def pile(journey: Journey, *, at: datetime) -> Pile:
    """One query."""
    columns = ", ".join(f"count(*) FILTER (WHERE {_READY} < %s)" for _ in SPANS)
    ((on_it, over, shifted, *stale),) = sql.rows(
        f"""
        SELECT count(*), count(*) FILTER (WHERE {_READY} <= %s),
            count(*) FILTER (WHERE w.met IS NULL AND w.until > %s AND e.visit > 0), {columns}
        FROM campaigns_journeys_enrolment AS e JOIN campaigns_journeys_duewait AS w ON w.enrolment_id = e.id
        WHERE e.journey_id = %s AND e.state = 'active'
        """,  # noqa: S608 ours
        [at, journey.state_at, *(at - span for span in SPANS), journey.pk],
    )
    return Pile(on_it, over, shifted, dict(zip(SPANS, stale, strict=True)), at - journey.state_at)


def shift(journey: int, paused: datetime, at: datetime) -> None:
    """No wait counts the time since `paused`: each is as much longer, then until the same time of day as before. What
    was over before, what waits for a date, and what was waited for and has happened, stays. Lock the journey first."""
    standing = [_Standing(*row) for row in sql.rows(_STANDING, [journey, paused])]
    known, here = versions({one.version for one in standing}), business().timezone
    for part in batched(standing, SLICE, strict=False):
        rows = list(_shifted(part, known, here, paused, at))
        if rows:
            sql.run(_SHIFT, [list(column) for column in zip(*rows, strict=True)])


def let_out(journey: int, before: datetime, by: str, at: datetime) -> None:
    """Who was past their time before then leaves: the belt sees to it. Lock the journey first. One statement."""
    sql.run(_LET_OUT, [journey, before, by[:120], at])


def _shifted(
    part: Sequence[_Standing], known: dict, here: str, paused: datetime, at: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    for one in part:
        step = known[one.version].definition.steps.get(one.step) if one.version in known else None
        until = _longer(step, one, at - max(one.since, paused), here)
        yield one.enrolment, until, until if one.due == one.until else one.due


def _longer(step: Step | None, one: _Standing, by: timedelta, here: str) -> datetime:
    if isinstance(step, Wait) and step.day:
        return one.until
    if isinstance(step, Wait) and step.clock is not None:
        return next_at(step.clock, one.until + by, zone_of(one.timezone, here), step.weekdays)
    return one.until + by


_READY = "(CASE WHEN w.met IS NULL THEN w.until ELSE w.due END)"
"""When somebody could go on: at the end of their wait, or since what they waited for has happened."""

_STANDING = """
    SELECT e.id, e.version_id, e.step, c.timezone, w.since, w.until, w.due
    FROM campaigns_journeys_enrolment AS e
    JOIN campaigns_journeys_duewait AS w ON w.enrolment_id = e.id
    JOIN crm_contacts_contact AS c ON c.id = e.contact_id
    WHERE e.journey_id = %s AND e.state = 'active' AND e.visit > 0 AND w.met IS NULL AND w.until > %s
    ORDER BY e.id FOR UPDATE OF w
"""

_SHIFT = """
    UPDATE campaigns_journeys_duewait AS w SET until = n.until, due = n.due
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS n(enrolment, until, due)
    WHERE w.enrolment_id = n.enrolment
"""

_LET_OUT = f"""
    WITH locked AS MATERIALIZED (
        SELECT w.enrolment_id FROM campaigns_journeys_duewait AS w
        JOIN campaigns_journeys_enrolment AS e ON e.id = w.enrolment_id
        WHERE e.journey_id = %s AND e.state = 'active' AND {_READY} < %s ORDER BY 1 FOR UPDATE OF w
    )
    UPDATE campaigns_journeys_duewait AS w SET let_out_by = %s, due = least(w.due, %s)
    FROM locked WHERE locked.enrolment_id = w.enrolment_id
"""  # noqa: S608 ours
