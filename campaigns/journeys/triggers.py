"""The listening belt's stage that begins journeys. History begins nothing, and nobody is on one journey twice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction

from campaigns.journeys.asking import holds
from campaigns.journeys.compiled import Version, live
from campaigns.journeys.definition import Again, Entry
from campaigns.journeys.happened import Happened, as_json, left_to_ask
from campaigns.journeys.waiting import fulfil_waits
from crm.rules import NOBODY, Rule
from engage.lib import ids, sql, wake

LONGEST_THING = 120


class Says(Protocol):
    """An event, as far as its properties go."""

    @property
    def properties(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live journey and the event that may begin it; `left` is what the rule still asks of the person, `thing` what
    the walk would be about, '' where a person is on the journey once."""

    version: Version
    event: Happened
    left: Rule
    thing: str = ""

    @property
    def key(self) -> "Key":
        return self.version.journey, self.event.contact_id, self.thing


type Key = tuple[int, int, str]
"""Of which there is one walk at a time: journey, contact, thing."""


def match_triggers(events: Sequence[Happened], *, at: datetime) -> None:
    """Enrol whom these recorded events begin a journey for, and fulfil the waits that looked for them.

    Everybody concerned must be held. Two queries when no live journey asks for such events; up to three more when
    one does: all rules in one statement, who was on it before, and one INSERT.
    """
    fresh = [event for event in events if not event.history]
    if not fresh:
        return
    fulfil_waits(fresh, at=at)
    candidates = _matching(_candidates(fresh, at), at)
    if candidates:
        _enrol(_admitted(candidates, at), at)


def _candidates(events: Sequence[Happened], at: datetime) -> list[Candidate]:
    """By name, freshness, and what the rule asks of the event itself; in the order in which things happened."""
    by_event = live()
    found = []
    for event in sorted(events, key=lambda event: (event.at, event.message_id)):
        for version in by_event.get(event.name, ()):
            left, thing = _left(version, event, at), thing_of(version.definition.entry, event)
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


def _admitted(candidates: list[Candidate], at: datetime) -> list[Candidate]:
    """One for each journey and person, where the entry rule lets them in. One query."""
    first = {candidate.key: candidate for candidate in reversed(candidates)}
    before = _been(first.keys())
    return [
        candidate
        for key, candidate in first.items()
        if key not in before or may_enter(candidate.version.definition.entry, *before[key], at)
    ]


def may_enter(entry: Entry, active: bool, last: datetime, at: datetime) -> bool:
    """May somebody who began the journey before, at `last` most recently, begin it again at `at`?"""
    if active or entry.again is Again.NEVER:
        return False
    return entry.again is Again.ALWAYS or at - last >= timedelta(days=entry.days)


def _been(keys: Collection[Key]) -> dict[Key, tuple[bool, datetime]]:
    """Who of them was on the journey before: are they still, and when did they last begin."""
    journeys, contacts, things = (list(set(column)) for column in zip(*keys, strict=True))
    found = sql.rows(
        """
        SELECT journey_id, contact_id, thing, bool_or(state = 'active'), max(began) FROM campaigns_journeys_enrolment
        WHERE contact_id = ANY(%s) AND journey_id = ANY(%s) AND thing = ANY(%s)
        GROUP BY journey_id, contact_id, thing
        """,
        [contacts, journeys, things],
    )
    return {(journey, contact, thing): (active, last) for journey, contact, thing, active, last in found}


def _enrol(admitted: Sequence[Candidate], at: datetime) -> None:
    """One row for each walk and one in the walking belt's queue. One statement; twice the same is once."""
    if not admitted:
        return
    rows = [
        (
            ids.uuid7(),
            candidate.version.journey,
            candidate.version.id,
            candidate.event.contact_id,
            candidate.event.recorded_for_id,
            candidate.event.message_id,
            candidate.thing,
            candidate.version.definition.start,
            as_json(candidate.event),
        )
        for candidate in admitted
    ]
    sql.run(_ENROL, [at, *(list(column) for column in zip(*rows, strict=True)), at, at, at])
    transaction.on_commit(lambda: wake.wake("walk"))


_ENROL = """
    WITH began AS (
        INSERT INTO campaigns_journeys_enrolment
            (uid, journey_id, version_id, contact_id, recorded_for_id, entry, thing, step, event, state, visit, began)
        SELECT uid, journey, version, contact, recorded_for, entry, thing, step, event, 'active', 0, %s
        FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
                    %s::text[], %s::jsonb[])
            AS e(uid, journey, version, contact, recorded_for, entry, thing, step, event)
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    INSERT INTO campaigns_journeys_duewait (enrolment_id, since, until, due) SELECT id, %s, %s, %s FROM began
"""
