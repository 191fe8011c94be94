"""One person through a journey in event time: pure, by the engine and the guards of the live belts.

What people would have done with a message that was never sent cannot be known. So there are two bounds: in the lower
one nobody reacts, and only what is recorded happens; in the upper one, who has had a message of this walk does an hour
later whatever the next wait looks for, and each branch on what they did answers yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from campaigns.guards.as_of import Sent
from campaigns.journeys.backtest.history import Happening, Person
from campaigns.journeys.backtest.verdicts import Message, asks, goes_inside, settle
from campaigns.journeys.definition import Branch, Definition, Occurrence, Send, Wait
from campaigns.journeys.engine import GOAL, Decision, Does, Ends, Facts, Waits, Walk, advance, look_again, needs
from campaigns.journeys.entering import barred
from campaigns.journeys.triggers import thing_of
from crm.rules import Did, Rule, conditions, evaluate

THEY_TAKE = timedelta(hours=1)
GOAL_WITHIN = timedelta(days=30)
"""So long after a message, what people did anyway counts as what the journey is for."""


@dataclass(slots=True)
class Journeyed:
    """One simulated walk. `decided` is its path: when, and what."""

    walk: Walk
    thing: str
    event: Happening
    began: datetime
    since: datetime
    look: datetime
    decided: list[tuple[datetime, Decision]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    met: int | None = None
    ended: Ends | None = None

    @property
    def reached(self) -> bool:
        """Whether a message of it went."""
        return any(message.went for message in self.messages)


def depends(definition: Definition) -> bool:
    """Whether anything after a message asks what people did with it."""
    waits = any(wait.sooner or definition.goal for wait in definition.all(Wait))
    branches = any(may_change(branch.rule) for branch in definition.all(Branch))
    return (waits or branches) and _asks_after_a_message(definition)


def may_change(rule: Rule) -> bool:
    """Whether what somebody does can change the answer: what they did, or what we noted of them."""
    return any(isinstance(one, Did) or one.field.property is not None for one in conditions(rule))


def simulate(definition: Definition, person: Person, until: datetime, *, origin: str, reacts: bool) -> list[Journeyed]:
    """All walks of this person that would have begun by the events of `person`, as far as `until`."""
    return _Simulation(definition, person, until, origin, reacts).run()


def did_anyway(definition: Definition, person: Person, walks: Sequence[Journeyed]) -> bool:
    """Whether they did what the journey is for, within GOAL_WITHIN of a message that was never sent."""
    goal = definition.goal
    went = [message.went for walk in walks for message in walk.messages if message.went]
    return goal is not None and any(
        went_at < event.at <= went_at + GOAL_WITHIN and event.name == goal.event and person.fits(goal.rule, event)
        for went_at in went
        for event in person.events
    )


def _asks_after_a_message(definition: Definition) -> bool:
    """Whether such a wait or branch can be reached from a message."""
    ahead, seen = [exit for send in definition.all(Send) for exit in send.exits], set[str]()
    while ahead:
        if (id := ahead.pop()) in seen:
            continue
        seen.add(id)
        step = definition.steps[id]
        if isinstance(step, Wait) and (step.sooner or definition.goal):
            return True
        if isinstance(step, Branch) and may_change(step.rule):
            return True
        ahead += step.exits
    return False


class _Simulation:
    def __init__(self, definition: Definition, person: Person, until: datetime, origin: str, reacts: bool) -> None:
        self.definition, self.person, self.until = definition, person, until
        self.origin, self.reacts = origin, reacts
        self.walks: list[Journeyed] = []
        self.active: list[Journeyed] = []
        self.seen: datetime | None = None
        self.needed = needs(definition)
        self.watching = any(wait.watches for wait in definition.all(Wait))

    def run(self) -> list[Journeyed]:
        for event in self.person.events:
            self._pass(event.at)
            self.seen = event.at
            self._hear(event)
            self._enter(event)
            self._walk(event.at)
        self._pass(self.until + timedelta(microseconds=1))
        return self.walks

    def _pass(self, before: datetime) -> None:
        """Everything that falls due before then, in its order."""
        while self.active and (due := min(walk.look for walk in self.active)) < before:
            self._walk(due)

    def _hear(self, event: Happening) -> None:
        """The event ends the waits that looked for it, and whoever watches looks."""
        for walk in self.active:
            if walk.met is None and (met := self._met(walk, event)) is not None:
                walk.met = met
            if walk.met is not None or self.watching:
                walk.look = min(walk.look, event.at)

    def _met(self, walk: Journeyed, event: Happening) -> int | None:
        goal, step = self.definition.goal, self.definition.steps[walk.walk.step]
        if goal and event.at >= walk.began and self._is(goal, event):
            return GOAL
        if isinstance(step, Wait) and event.at >= walk.since:
            for number, exit in enumerate(step.sooner):
                if exit.occurrence and self._is(exit.occurrence, event):
                    return number
        return None

    def _is(self, occurrence: Occurrence, event: Happening) -> bool:
        return event.name == occurrence.event and self.person.fits(occurrence.rule, event)

    def _enter(self, event: Happening) -> None:
        definition = self.definition
        if not self._is(definition.trigger, event) or (thing := thing_of(definition.entry, event)) is None:
            return
        before = [walk for walk in self.walks if walk.thing == thing]
        active = any(walk.ended is None and walk.met != GOAL for walk in before)
        if before and barred(definition.entry, active, before[-1].began, event.at):
            return
        uid = uuid5(NAMESPACE_OID, f"{self.person.contact}:{event.message_id}")
        walk = Journeyed(Walk(uid, definition.start, 0, event.at), thing, event, event.at, event.at, event.at)
        self.walks.append(walk)
        self.active.append(walk)

    def _walk(self, at: datetime) -> None:
        for walk in [walk for walk in self.active if walk.look <= at]:
            self._advance(walk, at)
        self.active = [walk for walk in self.active if walk.ended is None]

    def _advance(self, walk: Journeyed, at: datetime) -> None:
        step = self.definition.steps[walk.walk.step]
        if self.reacts and walk.reached and walk.met is None and at >= min(walk.walk.until, walk.since + THEY_TAKE):
            walk.met = self._supposed(step)
        facts = Facts(self._answers(walk, at), self.person.zone, walk.met, self.person.dates)
        decisions = advance(self.definition, walk.walk, facts, at)
        walk.decided += [(at, decision) for decision in decisions]
        for decision in decisions:
            if isinstance(decision, Does) and isinstance(decision.step, Send):
                self._send(walk, decision.step, at)
        match decisions:
            case [*_, Ends() as last]:
                walk.ended = last
            case [*_, Waits() as last]:
                walk.walk, walk.since, walk.met = replace(walk.walk, step=last.step.id, visit=last.visit,
                                                          until=last.until), at, None  # fmt: skip
                walk.look = self._next_look(walk, last.step, at)
            case _:
                walk.look = look_again(step, walk.walk.until, at)

    def _next_look(self, walk: Journeyed, step: Wait, at: datetime) -> datetime:
        look = look_again(step, walk.walk.until, at)
        supposed = self.reacts and walk.reached and self._supposed(step) is not None
        return min(look, at + THEY_TAKE) if supposed else look

    def _supposed(self, step: object) -> int | None:
        """What everybody is supposed to do at this wait: its first exit on an event, else what the journey is for."""
        if not isinstance(step, Wait):
            return None
        exits = (number for number, exit in enumerate(step.sooner) if exit.occurrence)
        return next(exits, GOAL if self.definition.goal else None)

    def _answers(self, walk: Journeyed, at: datetime) -> dict[str, bool]:
        supposed = self.reacts and walk.reached
        return {
            step: (supposed and may_change(rule)) or evaluate(rule, self.person.known, at.astimezone(self.person.shop))
            for step, rule in self.needed.items()
        }

    def _send(self, walk: Journeyed, send: Send, at: datetime) -> None:
        others = [(other, self._step(other)) for one in self.walks for other in one.messages]
        before = [_as_sent(other, step) for other, step in others if other.went]
        carriers = [other.went for other, step in others if other.went and _carries(other, step)]
        message, past = Message(send.id, at, f"{self.origin}:{send.id}"), self.person.past
        walk.messages.append(message)
        settle(message, send, past, before=before, carriers=carriers, seen=self.seen, until=self.until)
        if message.went and _carries(message, send):
            self._take_along(message.went, others, before)

    def _take_along(self, at: datetime, others: Sequence[tuple[Message, Send]], before: Sequence[Sent]) -> None:
        """What is held at the moment at which a letter goes, and may be merged, goes inside it."""
        for other, step in others:
            held = other.fate == "waiting" or (other.fate == "later" and other.went and at < other.went)
            if held and goes_inside(other, step, self.person.past, at, before=before, seen=self.seen):
                other.went, other.fate = at, "merged"

    def _step(self, message: Message) -> Send:
        step = self.definition.steps[message.step]
        assert isinstance(step, Send)
        return step


def _carries(message: Message, step: Send) -> bool:
    return step.klass == "marketing" and step.design.kind == "letter" and message.fate != "merged"


def _as_sent(message: Message, step: Send) -> Sent:
    assert message.went is not None
    return Sent(message.went, message.origin, asks(step), inside=message.fate == "merged")
