"""The stages of the walking belt that lead people onto other journeys, and off them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.journeys.chunk import Chunk
from campaigns.journeys.compiled import Version, begun_now
from campaigns.journeys.definition import Join, Leave
from campaigns.journeys.due import Walker
from campaigns.journeys.entering import Candidate, admit, enrol
from campaigns.journeys.models import Enrolment
from campaigns.journeys.triggers import thing_of
from campaigns.journeys.walking import end
from crm.events.envelope import MAX_DEPTH_OF_CAUSES
from engage.lib import sql

JOINED = "joined"
NOT_ON, NO_THING, LOOP, ON_IT = "not_on", "no_thing", "loop", "on_it"
"""Why somebody was not led onto another journey, besides what its entry rule says."""


@dataclass(slots=True)
class Led:
    """What began the first journey, as what begins the other: once for each visit that leads there."""

    contact_id: int
    recorded_for_id: int
    message_id: str
    name: str
    at: datetime
    depth: int
    properties: dict[str, Any]
    history: bool = False


def lead_off(chunk: Chunk, *, at: datetime) -> None:
    """End the walks that others of the same people lead off. Who is led off in the same moment decides nothing more.
    Three statements, none where there is nothing."""
    asked = list(chunk.does(Leave))
    if not asked:
        return
    walks = _walks({walker.contact for walker, *_ in asked}, {step.journey for _, _, step, _ in asked})
    gone: dict[int, str] = {}
    for walker, version, step, _visit in asked:
        if walker.enrolment not in gone:
            others = walks.get((walker.contact, step.journey), ())
            gone |= {other: version.name for other in others if other != walker.enrolment and other not in gone}
    by_name: dict[str, list[int]] = defaultdict(list)
    for enrolment, name in gone.items():
        by_name[name].append(enrolment)
    for name, enrolments in by_name.items():
        end(enrolments, outcome=Enrolment.Outcome.LED_OFF, reason=name[:120], at=at)
    chunk.walkers = [walker for walker in chunk.walkers if walker.enrolment not in gone]


def lead_over(chunk: Chunk, *, at: datetime) -> None:
    """Begin the other journeys, as far as their entry rules let people in; the path keeps why they did not. Three
    statements at most besides those of a limit for the day, none where there is nothing."""
    asked = list(chunk.does(Join))
    if not asked:
        return
    others = begun_now({step.journey for _, _, step, _ in asked})
    candidates: dict[tuple[int, int], Candidate] = {}
    for walker, _version, step, visit in asked:
        candidate = _candidate(walker, others.get(step.journey), visit, at)
        if isinstance(candidate, str):
            chunk.noted[walker.enrolment, visit] = {JOINED: False, "why": candidate}
        else:
            candidates[walker.enrolment, visit] = candidate
    admission = admit(candidates.values(), at=at)
    began, let_in = enrol(admission.admitted, at=at), {id(candidate) for candidate in admission.admitted}
    for place, candidate in candidates.items():
        joined = id(candidate) in let_in and candidate.key in began
        why = {} if joined else {"why": admission.refused.get(candidate.key, ON_IT)}
        chunk.noted[place] = {JOINED: joined, **why}


def _candidate(walker: Walker, other: Version | None, visit: int, at: datetime) -> Candidate | str:
    """Else why not."""
    if other is None:
        return NOT_ON
    event = Led(
        contact_id=walker.contact,
        recorded_for_id=walker.recorded_for,
        message_id=f"join:{walker.uid}:{visit}",
        name=walker.event.get("name") or "",
        at=at,
        depth=(walker.event.get("depth") or 0) + 1,
        properties=walker.event.get("properties") or {},
    )
    if event.depth > MAX_DEPTH_OF_CAUSES:
        return LOOP
    thing = thing_of(other.definition.entry, event)
    return NO_THING if thing is None else Candidate(other, event, thing=thing)


def _walks(contacts: Collection[int], journeys: Collection[UUID]) -> Mapping[tuple[int, UUID], list[int]]:
    """Who of them is on one of these journeys: their walks."""
    found = sql.rows(
        """
        SELECT e.contact_id, j.uid, e.id FROM campaigns_journeys_enrolment AS e
        JOIN campaigns_journeys_journey AS j ON j.id = e.journey_id
        WHERE e.contact_id = ANY(%s) AND j.uid = ANY(%s) AND e.state = 'active' ORDER BY e.id
        """,
        [list(contacts), list(journeys)],
    )
    walks: dict[tuple[int, UUID], list[int]] = defaultdict(list)
    for contact, journey, enrolment in found:
        walks[contact, journey].append(enrolment)
    return walks
