"""The result of a backtest: sums that grow with days and steps, never with people.

{"depends": true, "examples": [uid, …], "on": {day: [uid, …]}, "because": {why: [uid, …]},
"bounds": {"nobody": bound, "everybody": bound}}, where a bound is
{"days": {"2026-03-01": [went, held]}, "steps": {id: visits}, "reasons": {why: messages}, "others": {origin: messages},
"fates": {fate: messages}, "outcomes": {outcome: walks}, "entered": people, "people": who would have got something,
"anyway": who of them did what it is for all the same}. Without `depends` there is only "nobody", which is exact.
"""

from collections.abc import Sequence
from typing import Any

from campaigns.journeys.backtest.history import Person
from campaigns.journeys.backtest.simulation import Journeyed, depends, did_anyway, simulate
from campaigns.journeys.backtest.verdicts import Message
from campaigns.journeys.definition import Definition

MOST_EXAMPLES = 12
MOST_A_DAY = 2
NOBODY, EVERYBODY = "nobody", "everybody"
GONE = frozenset({"went", "later", "merged"})

type Counts = dict[str, Any]


def empty(definition: Definition) -> Counts:
    asks = depends(definition)
    names = (NOBODY, EVERYBODY) if asks else (NOBODY,)
    return {"depends": asks, "examples": [], "on": {}, "because": {}, "bounds": {name: _bound() for name in names}}


def count(result: Counts, definition: Definition, person: Person, until: Any, *, origin: str) -> None:
    """Add what this person would have got."""
    for name, bound in result["bounds"].items():
        walks = simulate(definition, person, until, origin=origin, reacts=name == EVERYBODY)
        if not walks:
            return
        _add(bound, person, walks)
        if any(walk.reached for walk in walks):
            bound["people"] += 1
            bound["anyway"] += did_anyway(definition, person, walks)
        if name == NOBODY:
            _show(result, person, walks)


def _show(result: Counts, person: Person, walks: Sequence[Journeyed]) -> None:
    """People to look at: some of all, of each day, and of each reason."""
    for message in (message for walk in walks for message in walk.messages):
        _keep(result["examples"], person, MOST_EXAMPLES)
        _keep(result["on"].setdefault(_day(person, message), []), person, MOST_A_DAY)
        if message.why:
            _keep(result["because"].setdefault(message.why, []), person, MOST_EXAMPLES)


def _keep(shown: list[str], person: Person, most: int) -> None:
    if len(shown) < most and str(person.uid) not in shown:
        shown.append(str(person.uid))


def _day(person: Person, message: Message) -> str:
    """The shop's day on which it went, or would have been queued."""
    return (message.went or message.asked).astimezone(person.shop).date().isoformat()


def peak(bound: Counts) -> int:
    """The most messages that would have gone on one day."""
    return max((went for went, _held in bound["days"].values()), default=0)


def held(bound: Counts) -> int:
    """The messages that a guard had something against."""
    return sum(bound["reasons"].values())


def _bound() -> Counts:
    sums = ("days", "steps", "reasons", "others", "fates", "outcomes")
    return {**{name: {} for name in sums}, "entered": 0, "people": 0, "anyway": 0}


def _add(bound: Counts, person: Person, walks: Sequence[Journeyed]) -> None:
    bound["entered"] += 1
    for walk in walks:
        _plus(bound["outcomes"], _outcome(walk))
        for _at, decision in walk.decided:
            _plus(bound["steps"], decision.step.id)
        for message in walk.messages:
            _plus(bound["fates"], message.fate)
            went = message.fate in GONE
            pair = bound["days"].setdefault(_day(person, message), [0, 0])
            pair[0 if went else 1] += 1
            if message.why:
                _plus(bound["reasons"], message.why)
            for journey in {o.rpartition(":")[0] for o in message.others if o.startswith("journey:")}:
                _plus(bound["others"], journey)


def _outcome(walk: Journeyed) -> str:
    if walk.ended is None:
        return "under_way"
    return "goal" if walk.ended.goal else "failed" if walk.ended.fault else "finished"


def _plus(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
