"""The listening belt's stage that ends waits sooner: what they look for has happened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import orjson
from django.db import transaction

from campaigns.journeys.asking import holds
from campaigns.journeys.compiled import versions
from campaigns.journeys.definition import Occurrence, Wait
from campaigns.journeys.happened import Happened, left_to_ask
from crm.rules import Rule
from engage.lib import sql, wake


@dataclass(frozen=True, slots=True)
class Match:
    """A wait and an event since it began that bears the name it looks for."""

    enrolment: int
    event: Happened
    left: Rule


def fulfil_waits(events: Sequence[Happened], *, at: datetime) -> None:
    """Mark the waits of these people that looked for one of these events, the first of them for each, and let them
    fall due. One query, and two more when somebody waits for such an event."""
    waits = _waits({event.contact_id for event in events}, {event.name for event in events})
    if not waits:
        return
    matches = _matches(waits, events, at)
    answers = holds([(match.left, match.event.contact_id) for match in matches], at=at)
    met = [match for match, answer in zip(matches, answers, strict=True) if answer]
    if first := {match.enrolment: match.event for match in reversed(met)}:
        _mark(first, at)


def _waits(contacts: Collection[int], names: Collection[str]) -> list[tuple]:
    return sql.rows(
        """
        SELECT w.enrolment_id, e.version_id, e.step, e.contact_id, w.since, w.looks_for
        FROM campaigns_journeys_enrolment AS e JOIN campaigns_journeys_duewait AS w ON w.enrolment_id = e.id
        WHERE e.contact_id = ANY(%s) AND e.state = 'active' AND w.looks_for = ANY(%s) AND w.met IS NULL
        ORDER BY w.enrolment_id
        """,
        [list(contacts), list(names)],
    )


def _matches(waits: list[tuple], events: Sequence[Happened], at: datetime) -> list[Match]:
    """In the order in which things happened, for each wait."""
    known = versions({version for _, version, *_ in waits})
    ordered = sorted(events, key=lambda event: (event.contact_id, event.at, event.message_id))
    by_contact = {contact: [*found] for contact, found in groupby(ordered, key=lambda event: event.contact_id)}
    matches = []
    for enrolment, version, step, contact, since, name in waits:
        awaited = _awaited(known[version].definition.steps.get(step)) if version in known else None
        if awaited is None:
            continue
        for event in by_contact[contact]:
            if event.name == name and event.at >= since:
                matches.append(Match(enrolment, event, left_to_ask(awaited, event, at=at)))
    return matches


def _awaited(step: object) -> Occurrence | None:
    return step.awaited if isinstance(step, Wait) else None


def _mark(first: dict[int, Happened], at: datetime) -> None:
    met = [
        orjson.dumps({"name": event.name, "at": event.at, "message_id": event.message_id}).decode()
        for event in first.values()
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
        [list(first), met, at],
    )
    transaction.on_commit(lambda: wake.wake("walk"))
