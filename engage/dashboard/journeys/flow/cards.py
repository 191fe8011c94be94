"""A draft as cards: the tree that the page shows, whatever is wrong in it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.journeys import actions, queries
from campaigns.journeys.compiled import origin
from campaigns.journeys.definition import Branch as Branching
from campaigns.journeys.definition import Definition, Entry, Step
from campaigns.journeys.describe import exit_words, occurrence_words, sentence, starts_when
from campaigns.journeys.laying import Laid, Lane, lay, order
from campaigns.journeys.models import Journey
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.queries import StepCounts
from campaigns.journeys.reader import Reader
from campaigns.journeys.warnings import warnings
from campaigns.journeys.ways import START, read_step, several, start_of, steps_of, ways
from crm.rules import EVERYONE
from crm.rules.problems import Problem
from engage.dashboard.journeys.flow.kinds import ICONS, NAMES
from engage.lib import clock


@dataclass
class Warned:
    """What would not stop the draft, by card: looked up when a page asks for it."""

    draft: dict[str, Any]

    @cached_property
    def by_card(self) -> dict[str, list[str]]:
        return by_card(warnings_of(self.draft))


@dataclass
class Card:
    """One step. `way` is the place before it; `place` says in words where that is."""

    name: str
    kind: str
    number: int
    text: str
    way: str
    place: str
    counts: StepCounts
    origin: str
    warned: Warned
    lanes: list["Branch"] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def warnings(self) -> list[str]:
        return self.warned.by_card.get(self.name, [])

    @property
    def label(self) -> str:
        return str(NAMES[self.kind])


@dataclass
class Branch:
    """A lane of cards below a word such as "yes". `on` is the number of the step at which it goes on elsewhere, '' if
    it does not; `last` is the place at its foot, '' where nothing can be put."""

    way: str
    words: str
    cards: list[Card]
    on: str
    last: str
    place: str
    missing: bool = False


@dataclass
class Flow:
    lane: Branch
    starts: str
    goal: str
    numbers: dict[str, int]
    problems: dict[str, list[str]]
    lost: list[Card]
    draft: dict[str, Any]

    @property
    def of_all(self) -> list[str]:
        """Problems that belong to no card."""
        return self.problems.get("", [])

    @property
    def wrong(self) -> int:
        return sum(map(len, self.problems.values()))

    def cards(self) -> Iterator[Card]:
        yield from _all(self.lane)
        yield from self.lost

    def places(self) -> list[tuple[str, str]]:
        """Every place at which a step can stand, as (way, words)."""
        return list(_places(self.lane))


def flow_of(journey: Journey) -> Flow:
    """Three queries for the numbers, and those of checking the draft."""
    return _Cards(journey).flow()


class _Cards:
    def __init__(self, journey: Journey) -> None:
        self.journey, self.draft = journey, journey.draft if isinstance(journey.draft, dict) else {}
        self.steps = steps_of(self.draft)
        written = steps_of(written_out(self.draft))
        self.read = {name: read_step(name, step, written) for name, step in written.items()}
        self.problems = by_card(problems_of(self.draft))
        self.warned = Warned(self.draft)
        laid = lay(start_of(self.draft), START, {name: ways(name, step) for name, step in self.steps.items()})
        self.laid = laid
        walked = [*order(laid)]
        walked += [name for name in self.steps if name not in walked]
        self.numbers = {name: number for number, name in enumerate(walked, 1)}
        self.counts = queries.step_counts(journey, self.stand_in()) if journey.current_id else {}

    def stand_in(self) -> Definition:
        reader = Reader()
        trigger = reader.occurrence(self.draft.get("trigger"), "$.trigger")
        known: dict[str, Step] = self.read
        return Definition(trigger, Entry(), timedelta(hours=24), start_of(self.draft), known)

    def flow(self) -> Flow:
        lane = self.lane(self.laid, "", _("at the beginning"))
        shown = {card.name for card in _all(lane)}
        lost = [self.card(Laid(name, ""), "") for name in self.steps if name not in shown]
        return Flow(lane, self.starts(), self.goal(), self.numbers, self.problems, lost, self.draft)

    def starts(self) -> str:
        stand_in = self.stand_in()
        return starts_when(stand_in) if stand_in.trigger.event else ""

    def goal(self) -> str:
        """What it is for; empty while that is not said."""
        goal = Reader().occurrence(self.draft.get("goal"), "$.goal")
        return capfirst(occurrence_words(goal)) if goal.event else ""

    def lane(self, lane: Lane, words: str, place: str) -> Branch:
        cards: list[Card] = []
        for laid in lane.laid:
            cards.append(self.card(laid, place if not cards else self.after(cards[-1].name)))
        on = str(self.numbers.get(lane.on, "")) if lane.on else ""
        foot = self.after(cards[-1].name) if cards else place
        missing = bool(lane.last) and not lane.on and dict(self.ways_of(lane.last)).get(lane.last, "") == ""
        return Branch(lane.way, words, cards, on, lane.last, foot, missing or bool(lane.on and not on))

    def ways_of(self, way: str) -> list[tuple[str, str]]:
        name = way.partition(".")[0]
        return ways(name, self.steps[name]) if name in self.steps else [(START, start_of(self.draft))]

    def after(self, name: str) -> str:
        return _("after step {number}").format(number=self.numbers[name])

    def card(self, laid: Laid, place: str) -> Card:
        words = self.words(laid.step)
        number = self.numbers[laid.step]
        return Card(
            name=laid.step,
            kind=self.steps[laid.step]["kind"],
            number=number,
            text=said(self.read[laid.step]),
            way=laid.way,
            place=place,
            counts=self.counts.get(laid.step, StepCounts()),
            origin=origin(self.journey.uid, laid.step),
            warned=self.warned,
            lanes=[
                self.lane(lane, words[lane.way], _("step {number}, {way}").format(number=number, way=words[lane.way]))
                for lane in laid.lanes
            ],
            problems=self.problems.get(laid.step, []),
        )

    def words(self, name: str) -> dict[str, str]:
        return way_words(name, self.steps[name], self.read[name])


def said(step: Step) -> str:
    """A step in a sentence; a branch that asks nothing yet says so."""
    if isinstance(step, Branching) and step.rule == EVERYONE:
        return _("Everybody goes “yes”, until you say who.")
    return sentence(step)


def way_words(name: str, step: dict[str, Any], read: Step) -> dict[str, str]:
    """What each way out of a step is called."""
    match step["kind"]:
        case "branch":
            return {f"{name}.yes": _("yes"), f"{name}.no": _("no")}
        case "split":
            arms = several(step, "arms")
            return {f"{name}.arms.{number}": str(arm.get("name", "")) for number, arm in enumerate(arms)}
        case "wait":
            met = {
                f"{name}.exits.{number}": _("when {exit}").format(exit=exit_words(exit))
                for number, exit in enumerate(getattr(read, "sooner", ()))
                if exit.occurrence or exit.rule
            }
            met = {f"{name}.exits.{number}": _("when it happens") for number in range(20)} | met
            return met | {f"{name}.next": _("when the time is over")}
    return {f"{name}.next": _("then")}


def problems_of(draft: Any) -> tuple[Problem, ...]:
    """All that publishing would refuse."""
    try:
        actions.check(draft)
    except InvalidDefinition as error:
        return error.problems
    return ()


def warnings_of(draft: Any) -> tuple[Problem, ...]:
    """What would leave people out; nothing while it cannot be read."""
    try:
        return tuple(warnings(parse(written_out(draft)), at=clock.now()))
    except InvalidDefinition:
        return ()


def by_card(problems: tuple[Problem, ...]) -> dict[str, list[str]]:
    """The words of problems by the card they belong to: a step, "start", "goal", or '' for the whole."""
    found: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        found[card_of(problem.path)].append(problem.message)
    return found


def card_of(path: str) -> str:
    parts = path.replace("[", ".").split(".")
    if parts[1:2] == ["steps"] and len(parts) > 2:
        return parts[2]
    if parts[1:2] == ["goal"]:
        return "goal"
    return START if parts[1:2] and parts[1] in ("trigger", "entry", "freshness_hours") else ""


def _all(lane: Branch) -> Iterator[Card]:
    for card in lane.cards:
        yield card
        for below in card.lanes:
            yield from _all(below)


def _places(lane: Branch) -> Iterator[tuple[str, str]]:
    for card in lane.cards:
        yield card.way, card.place
        for below in card.lanes:
            yield from _places(below)
    if lane.last:
        yield lane.last, lane.place
