"""The listening belt's stage that ends waits sooner: what they look for has happened."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import orjson
from django.db import transaction

from campaigns.journeys.asking import holds
from campaigns.journeys.compiled import versions
from campaigns.journeys.definition import Definition, Occurrence, Wait
from campaigns.journeys.engine import GOAL
from campaigns.journeys.happened import Happened, is_heard, left_to_ask
from crm.rules import Rule
from engage.lib import sql, wake


@dataclass(frozen=True, slots=True)
class Match:
    """A wait, an event that it looks for, and by which exit it leads on: a number, or GOAL."""

    enrolment: int
    event: Happened
    exit: int
    left: Rule


def fulfil_waits(events: Sequence[Happened], *, at: datetime) -> None:
    """Mark the waits of these people that looked for one of these events, the first of them for each, and let them
    fall due; so do waits that watch the person. One query, two more when somebody waits for such an event, and one
    when somebody is watched."""
    waits = _waits({event.contact_id for event in events}, {event.name for event in events})
    if not waits:
        return
    matches = _matches(waits, events, at)
    answers = holds([(match.left, match.event.contact_id) for match in matches], at=at)
    first: dict[int, Match] = {}
    for match, answer in zip(matches, answers, strict=True):
        if answer:
            first.setdefault(match.enrolment, match)
    if first:
        _mark(first.values(), at)
    if watching := [wait.enrolment for wait in waits if wait.watches and wait.enrolment not in first]:
        look_now(watching, at)
    transaction.on_commit(lambda: wake.wake("walk"))


class _Waiting(NamedTuple):
    enrolment: int
    version: int
    step: str
    contact: int
    began: datetime
    since: datetime
    watches: bool


def _waits(contacts: Collection[int], names: Collection[str]) -> list[_Waiting]:
    found = sql.rows(
        """
        SELECT w.enrolment_id, e.version_id, e.step, e.contact_id, e.began, w.since, w.watches
        FROM campaigns_journeys_enrolment AS e JOIN campaigns_journeys_duewait AS w ON w.enrolment_id = e.id
        WHERE e.contact_id = ANY(%s) AND e.state = 'active' AND w.met IS NULL
          AND (w.looks_for && %s::varchar[] OR w.watches)
        ORDER BY w.enrolment_id
        """,
        [list(contacts), list(names)],
    )
    return [_Waiting(*row) for row in found]


def _matches(waits: Sequence[_Waiting], events: Sequence[Happened], at: datetime) -> list[Match]:
    """In the order in which things happened, for each wait; of two exits for one event the first that is written."""
    known = versions({wait.version for wait in waits})
    ordered = sorted(events, key=lambda event: (event.contact_id, event.at, event.message_id))
    by_contact = {contact: [*found] for contact, found in groupby(ordered, key=lambda event: event.contact_id)}
    return [
        Match(wait.enrolment, event, exit, left_to_ask(occurrence, event, at=at))
        for wait in waits
        if wait.version in known
        for event in by_contact[wait.contact]
        for exit, occurrence, since in _looked_for(known[wait.version].definition, wait)
        if event.name == occurrence.event and event.at >= since
    ]


def _looked_for(definition: Definition, wait: _Waiting) -> Iterator[tuple[int, Occurrence, datetime]]:
    """What ends the wait, and since when it counts: the goal since the walk began, an exit since the wait did."""
    if definition.goal:
        yield GOAL, definition.goal, wait.began
    step = definition.steps.get(wait.step)
    for number, exit in enumerate(step.sooner if isinstance(step, Wait) else ()):
        if exit.occurrence:
            yield number, exit.occurrence, wait.since


def look_now(enrolments: Sequence[int], at: datetime) -> None:
    """Let these waits be looked at. One statement."""
    sql.run(
        """
        WITH locked AS MATERIALIZED (
            SELECT enrolment_id FROM campaigns_journeys_duewait WHERE enrolment_id = ANY(%s) ORDER BY 1 FOR UPDATE
        )
        UPDATE campaigns_journeys_duewait AS w SET due = least(w.due, %s)
        FROM locked WHERE locked.enrolment_id = w.enrolment_id
        """,
        [list(enrolments), at],
    )


def _mark(first: Collection[Match], at: datetime) -> None:
    met = [
        orjson.dumps(
            {"name": m.event.name, "at": m.event.at, "message_id": m.event.message_id, "exit": m.exit}
            | ({"heard": True} if is_heard(m.event.name, m.event.properties) else {})
        ).decode()
        for m in first
    ]
    sql.run(
        """
        WITH met AS (SELECT * FROM unnest(%s::bigint[], %s::jsonb[]) AS m(enrolment, event)), locked AS MATERIALIZED (
            SELECT w.enrolment_id FROM campaigns_journeys_duewait AS w JOIN met ON met.enrolment = w.enrolment_id
            ORDER BY 1 FOR UPDATE OF w
        )
        UPDATE campaigns_journeys_duewait AS w SET met = met.event, due = least(w.due, %s)
        FROM met JOIN locked ON locked.enrolment_id = met.enrolment WHERE w.enrolment_id = met.enrolment
        """,
        [[m.enrolment for m in first], met, at],
    )
