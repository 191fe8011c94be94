"""What publishing would change: the steps, and who stands where on the versions before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from campaigns.journeys.definition import Definition, Step, Wait
from campaigns.journeys.models import Journey
from engage.lib import sql


class Place(NamedTuple):
    """A step of a version, by its key."""

    version: int
    step: str


@dataclass(frozen=True, slots=True)
class Change:
    """A step that is new (`before` None), gone (`after` None), or another than before."""

    before: Step | None
    after: Step | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people wait at a place; `number` is the version's."""

    place: Place
    number: int
    people: int


def changes(old: Definition, new: Definition) -> list[Change]:
    """Step by step, in the order of the new version; what is gone comes last."""
    names = [*new.steps, *(name for name in old.steps if name not in new.steps)]
    pairs = [Change(old.steps.get(name), new.steps.get(name)) for name in names]
    return [pair for pair in pairs if pair.before != pair.after]


def standing(journey: Journey) -> list[Standing]:
    """Who is under way, by version and step, the newest version first. One query."""
    found = sql.rows(
        """
        SELECT v.id, e.step, v.number, count(*) FROM campaigns_journeys_enrolment AS e
        JOIN campaigns_journeys_journeyversion AS v ON v.id = e.version_id
        WHERE e.journey_id = %s AND e.state = 'active' AND e.visit > 0
        GROUP BY v.id, e.step, v.number ORDER BY v.number DESC, e.step
        """,
        [journey.pk],
    )
    return [Standing(Place(version, step), number, people) for version, step, number, people in found]


def long_enough(places: Iterable[tuple[Place, Wait]], *, at: datetime) -> dict[Place, int]:
    """How many at each place have waited already for the span of this other wait. One query."""
    asked = [(place.version, place.step, at - wait.span) for place, wait in places]
    if not asked:
        return {}
    found = sql.rows(
        """
        SELECT p.version, p.step, count(*) FILTER (WHERE w.since <= p.before)
        FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS p(version, step, before)
        JOIN campaigns_journeys_enrolment AS e
            ON e.version_id = p.version AND e.step = p.step AND e.state = 'active' AND e.visit > 0
        JOIN campaigns_journeys_duewait AS w ON w.enrolment_id = e.id
        GROUP BY p.version, p.step
        """,
        [list(column) for column in zip(*asked, strict=True)],
    )
    return {Place(version, step): people for version, step, people in found}
