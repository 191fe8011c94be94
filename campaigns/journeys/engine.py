"""The engine of every walk, live, tried out or tested: a function of (definition, walk, facts, now).

It reads neither the clock nor the database. `needs` names the rules whose answers the caller supplies. A step of a
walk is keyed by (enrolment, visit number): the same input gives the same decisions, and chance is a hash of that key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import blake2b
from typing import Any, ClassVar
from uuid import UUID

from campaigns.journeys.definition import (
    Arm,
    Branch,
    Definition,
    End,
    Errand,
    Give,
    Hook,
    Join,
    Leave,
    Remember,
    Send,
    Split,
    Step,
    Wait,
)
from campaigns.journeys.local_time import begins, day_after, next_at
from crm.rules.tree import Rule

MOST_VISITS = 1000
TOO_LONG = "too_long"
GOAL = -1
"""What a walk met: the goal of its journey. Else the number of an exit of the wait."""
MOMENT = timedelta(microseconds=1)
"""So that whoever comes back to a wait at the very moment it asks for waits for the next one."""
LOOK_AGAIN = timedelta(hours=1)
"""A wait that looks at the person does so when something is heard of them, and this often besides."""


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
    """What is known of one person: the answers to the rules of `needs`, their time zone, the dates that waits ask for
    by key, and what has happened since the wait they stand on began: GOAL, the number of one of its exits, or None."""

    answers: Mapping[str, bool]
    zone: tzinfo = UTC
    met: int | None = None
    dates: Mapping[str, date] = field(default_factory=dict)


type Carried = Send | Remember | Errand | Hook | Join | Leave | Give

_KINDS: Mapping[type, str] = {
    Send: "send",
    Remember: "remember",
    Errand: "task",
    Hook: "webhook",
    Join: "join",
    Leave: "leave",
    Give: "offer",
}


@dataclass(frozen=True, slots=True)
class Does:
    """Something to carry out: a message, a memory, a task, a webhook, another journey, an offer."""

    visit: int
    step: Carried

    @property
    def kind(self) -> str:
        return _KINDS[type(self.step)]

    def record(self) -> dict[str, Any]:
        match self.step:
            case Send():
                done: dict[str, Any] = {"subject": self.step.design.subject}
            case Remember():
                done = {"key": self.step.key, "how": self.step.how, "value": self.step.value}
            case Errand():
                done = {"text": self.step.text}
            case Hook():
                done = {"url": self.step.url}
            case Join() | Leave():
                done = {"journey": str(self.step.journey)}
            case Give():
                done = {"offer": self.step.offer}
        return {"kind": self.kind, **done}


@dataclass(frozen=True, slots=True)
class Waits:
    """Until `until`; with `exit`, not at all, because the rule of that exit holds already."""

    kind: ClassVar[str] = "wait"
    visit: int
    step: Wait
    until: datetime
    exit: int | None = None

    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = {"kind": self.kind, "until": self.until.isoformat()}
        return record if self.exit is None else record | {"exit": self.exit}


@dataclass(frozen=True, slots=True)
class Branches:
    kind: ClassVar[str] = "branch"
    visit: int
    step: Branch
    answer: bool

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class Splits:
    kind: ClassVar[str] = "split"
    visit: int
    step: Split
    arm: str

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "arm": self.arm}


@dataclass(frozen=True, slots=True)
class Moves:
    """Another version takes the walk over at `step`, which is one of its own."""

    kind: ClassVar[str] = "move"
    visit: int
    step: Step

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind}


@dataclass(frozen=True, slots=True)
class Ends:
    """`fault` is a code when the engine, not the scenario, ends the walk; `goal` when it has got what it was for."""

    kind: ClassVar[str] = "end"
    visit: int
    step: Step
    reason: str
    fault: str = ""
    goal: bool = False

    def record(self) -> dict[str, Any]:
        return {"kind": self.kind, "reason": self.reason, "fault": self.fault, "goal": self.goal}


type Decision = Does | Waits | Branches | Splits | Moves | Ends


def needs(definition: Definition) -> dict[str, Rule]:
    """The rules whose answers `advance` may ask for, by name: the branch that asks, or the exit of a wait."""
    branches = {step.id: step.rule for step in definition.all(Branch)}
    exits = {
        _asked(wait, number): exit.rule
        for wait in definition.all(Wait)
        for number, exit in enumerate(wait.sooner)
        if exit.rule is not None
    }
    return branches | exits


def dates(definition: Definition) -> set[str]:
    """The keys of the dates that `advance` may ask for."""
    return {wait.day.key for wait in definition.all(Wait) if wait.day}


def advance(definition: Definition, walk: Walk, facts: Facts, now: datetime) -> list[Decision]:
    """What happens now, in order: visits from `walk.visit + 1` on, the last of them a wait or an end. Nothing while
    the wait lasts. Raises KeyError where an answer of `needs` is missing or the step is not of this version."""
    if walk.visit and facts.met == GOAL:
        return [Ends(walk.visit + 1, definition.steps[walk.step], "", goal=True)]
    return _from(definition, _onward(definition, walk, facts, now), walk.visit, walk.uid, facts, now)


def take_over(
    definition: Definition, walk: Walk, step_id: str, facts: Facts, now: datetime, *, since: datetime
) -> list[Decision]:
    """What happens when this version takes over, at its step `step_id`, a walk that waited elsewhere since then. If
    that is a wait too, the time waited already counts. Raises KeyError as `advance` does."""
    step, visit = definition.steps[step_id], walk.visit + 1
    moves = Moves(visit, step)
    if not isinstance(step, Wait) or _open_exit(step, facts) is not None:
        return [moves, *_from(definition, step_id, visit, walk.uid, facts, now)]
    return [moves, Waits(visit + 1, step, _until(step, facts, since))]


def _from(definition: Definition, step_id: str, visit: int, uid: UUID, facts: Facts, now: datetime) -> list[Decision]:
    """The visits from `visit + 1` on, beginning with `step_id`; none without it."""
    decisions: list[Decision] = []
    while step_id:
        visit += 1
        decision, step_id = _visit(definition.steps[step_id], visit, uid, facts, now)
        decisions.append(decision)
    return decisions


def look_again(step: Step, until: datetime, now: datetime) -> datetime:
    """When a walk that stands at this step wants to be looked at again."""
    return min(until, now + LOOK_AGAIN) if isinstance(step, Wait) and step.watches else until


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
    exit = _open_exit(wait, facts) if facts.met is None else facts.met
    if exit is not None:
        return wait.sooner[exit].to
    return wait.next if walk.until <= now else ""


def _visit(step: Step, visit: int, uid: UUID, facts: Facts, now: datetime) -> tuple[Decision, str]:
    """The decision at one step, and the step that follows it at once ('' for none)."""
    if visit >= MOST_VISITS:
        return Ends(visit, step, "", TOO_LONG), ""
    match step:
        case Send() | Remember() | Errand() | Hook() | Join() | Leave() | Give():
            return Does(visit, step), step.next
        case Wait():
            exit = _open_exit(step, facts)
            if exit is not None:
                return Waits(visit, step, now, exit), step.sooner[exit].to
            return Waits(visit, step, _until(step, facts, now)), ""
        case Branch():
            answer = facts.answers[step.id]
            return Branches(visit, step, answer), step.yes if answer else step.no
        case Split():
            arm = _drawn(step, chance(uid, visit) * 100)
            return Splits(visit, step, arm.name), arm.to
        case End():
            return Ends(visit, step, step.reason), ""


def _open_exit(wait: Wait, facts: Facts) -> int | None:
    """The first exit whose rule holds."""
    for number, exit in enumerate(wait.sooner):
        if exit.rule is not None and facts.answers[_asked(wait, number)]:
            return number
    return None


def _asked(wait: Wait, number: int) -> str:
    return f"{wait.id}/{number}"


def _drawn(split: Split, drawn: float) -> Arm:
    """The arm in whose share `drawn`, from 0 to 100, falls."""
    *others, last = split.arms
    for arm in others:
        if drawn < arm.share:
            return arm
        drawn -= arm.share
    return last


def _until(step: Wait, facts: Facts, now: datetime) -> datetime:
    """When the wait is over. A date that is not known, or over, is not waited for."""
    after = now + (step.span or MOMENT)
    if step.day and (day := facts.dates.get(step.day.key)):
        asked = day_after(step.day, day, after.astimezone(facts.zone).date())
        due = _on(step, asked, facts.zone)
        if due < after and step.day.yearly:
            due = _on(step, day_after(step.day, day, asked + timedelta(days=1)), facts.zone)
        if due >= after:
            return due
    if step.clock is not None:
        return next_at(step.clock, after, facts.zone, step.weekdays)
    return now + step.span


def _on(step: Wait, day: date, zone: tzinfo) -> datetime:
    """The moment of this day at which the wait ends, or of the first day after it that is one of its weekdays."""
    begin = begins(day, zone)
    return begin if step.clock is None else next_at(step.clock, begin, zone, step.weekdays)
