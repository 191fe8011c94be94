"""The engine of every walk, live, tried out or tested: a function of (definition, walk, facts, now).

It reads neither the clock nor the database. `needs` names the rules whose answers the caller supplies. A step of a
walk is keyed by (enrolment, visit number): the same input gives the same decisions, and chance is a hash of that key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from typing import Any, ClassVar
from uuid import UUID

from campaigns.journeys.definition import Branch, Definition, End, Send, Step, Wait
from campaigns.journeys.local_time import next_at
from crm.rules.tree import Rule

MOST_VISITS = 1000
TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody stands: on the wait `step`, which was visit number `visit` and lasts until `until`.

    Before the first visit, `step` is the one to begin with, `visit` is 0 and `until` the moment to begin.
    """

    uid: UUID
    step: str
    visit: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person: the answers to the rules of `needs`, their time zone, and whether what the wait
    they stand on looks for has happened since it began."""

    answers: Mapping[str, bool]
    zone: tzinfo = UTC
    met: bool = False


@dataclass(frozen=True, slots=True)
class Sends:
    kind: ClassVar[str] = "send"
    visit: int
    step: Send

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "subject": self.step.design.subject}


@dataclass(frozen=True, slots=True)
class Waits:
    kind: ClassVar[str] = "wait"
    visit: int
    step: Wait
    until: datetime

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "until": self.until.isoformat()}


@dataclass(frozen=True, slots=True)
class Branches:
    kind: ClassVar[str] = "branch"
    visit: int
    step: Branch
    answer: bool

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class Ends:
    """`fault` is a code when the engine, not the scenario, ends the walk."""

    kind: ClassVar[str] = "end"
    visit: int
    step: Step
    reason: str
    fault: str = ""

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "reason": self.reason, "fault": self.fault}


type Decision = Sends | Waits | Branches | Ends


def needs(definition: Definition) -> dict[str, Rule]:
    """The rules whose answers `advance` may ask for, by the step that asks."""
    return {
        step.id: step.rule for step in definition.steps.values() if isinstance(step, Branch) and step.rule is not None
    }


def advance(definition: Definition, walk: Walk, facts: Facts, now: datetime) -> list[Decision]:
    """What happens now, in order: visits from `walk.visit + 1` on, the last of them a wait or an end. Nothing while
    the wait lasts. Raises KeyError where an answer of `needs` is missing or the step is not of this version."""
    step_id = _onward(definition, walk, facts, now)
    decisions: list[Decision] = []
    visit = walk.visit
    while step_id:
        visit += 1
        decision, step_id = _visit(definition.steps[step_id], visit, walk.uid, facts, now)
        decisions.append(decision)
    return decisions


def chance(uid: UUID, visit: int) -> float:
    """A number in [0, 1) that is this visit's own."""
    digest = blake2b(b"%b:%d" % (uid.bytes, visit), digest_size=7).digest()
    return int.from_bytes(digest) / 2**56


def _onward(definition: Definition, walk: Walk, facts: Facts, now: datetime) -> str:
    """The step to go on with, or '' to stay."""
    if walk.visit == 0:
        return walk.step if walk.until <= now else ""
    wait = definition.steps[walk.step]
    if not isinstance(wait, Wait):
        raise KeyError(walk.step)
    if wait.awaited and facts.met:
        return wait.met
    return wait.next if walk.until <= now else ""


def _visit(step: Step, visit: int, uid: UUID, facts: Facts, now: datetime) -> tuple[Decision, str]:
    """The decision at one step, and the step that follows it at once ('' for none)."""
    if visit >= MOST_VISITS:
        return Ends(visit, step, "", TOO_LONG), ""
    match step:
        case Send():
            return Sends(visit, step), step.next
        case Wait():
            return Waits(visit, step, _until(step, facts, now)), ""
        case Branch():
            answer = facts.answers[step.id] if step.rule else chance(uid, visit) * 100 < step.chance
            return Branches(visit, step, answer), step.yes if answer else step.no
        case End():
            return Ends(visit, step, step.reason), ""


def _until(step: Wait, facts: Facts, now: datetime) -> datetime:
    until = now + step.span
    return next_at(step.clock, until, facts.zone) if step.clock is not None else until
