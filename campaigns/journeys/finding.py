"""What the conditions of a branch found when it was decided, kept with the visit.

What people told us is not kept here a second time: it is theirs to have it forgotten. Of that only whether it held is.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from campaigns.journeys.asking import shop_time
from campaigns.journeys.chunk import Chunk
from campaigns.journeys.engine import Branches
from crm.rules import Did, Found, Leaf, Rule, conditions, fetch_found

LONGEST = 200
MEMORY = "preferences"


def note_found(chunk: Chunk, *, at: datetime) -> None:
    """A stage of the walking belt. One statement, none where nobody came to a branch."""
    taken = [
        (walker, decision)
        for walker in chunk.walkers
        for decision in chunk.decisions.get(walker.enrolment, ())
        if isinstance(decision, Branches)
    ]
    if not taken:
        return
    asked = {condition for _walker, decision in taken for condition in conditions(decision.step.rule)}
    people = {walker.contact for walker, _decision in taken}
    with connection.cursor() as cursor:
        found = fetch_found(cursor, asked, people, shop_time(at)) if asked else {}
    for walker, decision in taken:
        told = [_kept(one, found[walker.contact][one]) for one in conditions(decision.step.rule)]
        chunk.found[walker.enrolment, decision.visit] = told


def found_by(rule: Rule, kept: Any) -> Iterator[tuple[Leaf | Did, bool, Any, bool]]:
    """What was kept of a rule, condition by condition: whether it held, the value, and whether one was kept. Nothing
    where that is not of this rule."""
    asked = list(conditions(rule))
    if not isinstance(kept, list) or len(kept) != len(asked):
        return
    for one, (holds, *value) in zip(asked, kept, strict=True):
        yield one, bool(holds), _value(value[0]) if value else None, bool(value)


def _kept(one: Leaf | Did, found: Found) -> list[Any]:
    return [found.holds] if _is_theirs(one) else [found.holds, _as_json(found.value)]


def _is_theirs(one: Leaf | Did) -> bool:
    if isinstance(one, Did):
        return one.rows.key == MEMORY and one.measure.field is not None
    return one.field.property is not None


def _as_json(value: Any) -> Any:
    match value:
        case Decimal():
            return {"number": f"{value:f}"}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case tuple():
            return [str(item)[:LONGEST] for item in value]
        case str():
            return value[:LONGEST]
    return value


def _value(kept: Any) -> Any:
    match kept:
        case {"number": said}:
            return Decimal(said)
        case {"moment": said}:
            return datetime.fromisoformat(said)
        case {"day": said}:
            return date.fromisoformat(said)
        case list():
            return tuple(kept)
    return kept
