"""The listening belt's stage that begins journeys, live or in shadow. History begins nothing, and nobody is on one
journey twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from campaigns.journeys.asking import holds
from campaigns.journeys.compiled import Version, live
from campaigns.journeys.definition import Entry
from campaigns.journeys.entering import Candidate, admit, enrol
from campaigns.journeys.happened import Happened, left_to_ask
from campaigns.journeys.waiting import fulfil_waits
from crm.rules import NOBODY, Rule, as_of

LONGEST_THING = 120
DEEDS = ("event", "order", "refund")
"""The rows that events make in the moment in which they happen."""


class Says(Protocol):
    """An event, as far as its properties go."""

    @property
    def properties(self) -> Mapping[str, Any]: ...


def match_triggers(events: Sequence[Happened], *, at: datetime) -> None:
    """Enrol whom these recorded events begin a journey for, and fulfil the waits that looked for them.

    Everybody concerned must be held. Two queries when no live journey asks for such events; up to three more when
    one does: all rules in one statement, who was on it before, and one INSERT. Two more where a journey has a limit for
    the day.
    """
    fresh = [event for event in events if not event.history]
    if not fresh:
        return
    fulfil_waits(fresh, at=at)
    candidates = _matching(_candidates(fresh, at), at)
    if candidates:
        enrol(admit(candidates, at=at).admitted, at=at)


def _candidates(events: Sequence[Happened], at: datetime) -> list[Candidate]:
    """By name, freshness, and what the rule asks of the event itself; in the order in which things happened.

    Of several such deeds of one person in the chunk each is counted without those after it: the first is the first.
    """
    sought = live()
    found = []
    ordered = sorted(events, key=lambda event: (event.at, event.message_id))
    last = {(event.contact_id, event.name): event for event in ordered}
    for event in ordered:
        for version in sought.by(event.name, event.properties):
            left, thing = _left(version, event, at), thing_of(version.definition.entry, event)
            if last[event.contact_id, event.name] is not event:
                left = as_of(left, event.at, DEEDS)
            if left != NOBODY and thing is not None:
                found.append(Candidate(version, event, left, thing))
    return found


def thing_of(entry: Entry, event: Says) -> str | None:
    """None where the event does not say what it is about: it begins nothing."""
    if not entry.key:
        return ""
    value = event.properties.get(entry.key)
    known = isinstance(value, str | int) and not isinstance(value, bool) and 0 < len(str(value)) <= LONGEST_THING
    return str(value) if known else None


def _left(version: Version, event: Happened, at: datetime) -> Rule:
    if at - event.at > version.definition.freshness:
        return NOBODY
    return left_to_ask(version.definition.trigger, event, at=at)


def _matching(candidates: list[Candidate], at: datetime) -> list[Candidate]:
    """Those whose rule holds for the person."""
    answers = holds([(candidate.left, candidate.event.contact_id) for candidate in candidates], at=at)
    return [candidate for candidate, answer in zip(candidates, answers, strict=True) if answer]
