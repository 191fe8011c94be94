"""What the people who wait on a journey will be sent next, as far as it can be known: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from campaigns.journeys.definition import Branch, Definition, Send, Split, Wait
from campaigns.journeys.local_time import next_at

MOST_LOOKED_AT = 500
"""Visits that are followed: a journey may go round in minutes."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A message that would be sent `when`; `sure` if nothing that they do or are decides about it."""

    step: str
    when: datetime
    sure: bool


def ahead(definition: Definition, stands: str, over: datetime, until: datetime, zone: tzinfo) -> list[Ahead]:
    """The messages up to `until` of somebody whose wait at the step `stands` is over at `over`.

    Waits for an hour or a day of the week are taken by the clock of `zone`; behind a wait for a date of theirs nothing
    is known. A way that depends on them, a wait that can end sooner and a goal make a message possible, not sure.
    """
    found: dict[str, Ahead] = {}
    seen = set[tuple[str, datetime]]()
    step = definition.steps.get(stands)
    paths = [(step.next, over, not (definition.goal or step.sooner))] if isinstance(step, Wait) else []
    while paths and len(seen) < MOST_LOOKED_AT:
        at, when, sure = paths.pop()
        if when >= until or (at, when) in seen:
            continue
        seen.add((at, when))
        step = definition.steps.get(at)
        if isinstance(step, Send) and (step.id not in found or when < found[step.id].when):
            found[step.id] = Ahead(step.id, when, sure)
        paths += _onward(step, when, sure, zone)
    return sorted(found.values(), key=lambda one: (one.when, one.step))


def _onward(step: object, when: datetime, sure: bool, zone: tzinfo) -> Iterator[tuple[str, datetime, bool]]:
    match step:
        case Wait(day=None):
            over = when + step.span
            if step.clock is not None:
                over = next_at(step.clock, over, zone, step.weekdays)
            yield step.next, over, sure and not step.sooner
        case Branch() | Split():
            yield from ((to, when, False) for to in step.exits)
        case _ if hasattr(step, "next") and not isinstance(step, Wait):
            yield step.next, when, sure
