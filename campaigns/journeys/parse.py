"""Read a journey from JSON. Nothing is guessed: what is not understood is refused at its place."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from campaigns.journeys import checks
from campaigns.journeys.definition import Again, Definition, Entry, Step
from campaigns.journeys.reader import Reader
from campaigns.journeys.steps import STEPS
from crm.rules.problems import Problem, shown

MOST_STEPS = 200
LONGEST_FRESHNESS_HOURS = 24  # what is older counts as history from the moment it comes in
MOST_DAYS = 3650
MOST_PER_DAY = 1_000_000
STEP_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class InvalidDefinition(ValueError):
    """The journey was refused; `problems` has every reason found, each with its JSON path and words for people."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in self.problems))

    def as_json(self) -> list[dict[str, str]]:
        return [{"path": problem.path, "message": problem.message} for problem in self.problems]


def parse(data: Any) -> Definition:
    """The definition that `data` (what ``json.loads`` gave) stands for. Raises InvalidDefinition."""
    reader = Reader()
    definition = _definition(reader, data)
    problems = reader.problems or checks.problems(definition)
    if problems:
        raise InvalidDefinition(problems)
    return definition


def _definition(reader: Reader, data: Any) -> Definition:
    data = reader.object(data, "$", ("trigger", "entry", "freshness_hours", "goal", "start", "steps"))
    steps = _steps(reader, data.get("steps"), "$.steps")
    hours = reader.whole(data.get("freshness_hours", 24), "$.freshness_hours", 1, LONGEST_FRESHNESS_HOURS)
    return Definition(
        trigger=reader.occurrence(data.get("trigger"), "$.trigger"),
        entry=_entry(reader, data.get("entry", {"again": "never"}), "$.entry"),
        freshness=timedelta(hours=hours),
        goal=reader.occurrence(data["goal"], "$.goal") if "goal" in data else None,
        start=reader.onward(data.get("start"), "$.start", steps),
        steps=steps,
    )


def _entry(reader: Reader, data: Any, path: str) -> Entry:
    data = reader.object(data, path, ("again", "days", "key", "per_day"))
    again = Again(reader.choice(data.get("again"), f"{path}.again", tuple(Again)))
    key = reader.text(data["key"], f"{path}.key", 60) if "key" in data else ""
    per_day = reader.whole(data["per_day"], f"{path}.per_day", 1, MOST_PER_DAY) if "per_day" in data else 0
    if again is Again.AFTER_DAYS:
        return Entry(again, reader.whole(data.get("days"), f"{path}.days", 1, MOST_DAYS), key, per_day)
    if "days" in data:
        reader.refuse(f"{path}.days", _("“days” goes with “after_days” only."))
    return Entry(again, key=key, per_day=per_day)


def _steps(reader: Reader, data: Any, path: str) -> dict[str, Step]:
    if not isinstance(data, dict) or not data:
        reader.refuse(path, _("A journey needs at least one step."))
        return {}
    if len(data) > MOST_STEPS:
        reader.refuse(path, _("A journey has {most} steps at most.").format(most=MOST_STEPS))
        return {}
    found = {}
    for key, raw in data.items():
        if not STEP_ID.fullmatch(key):
            reader.refuse(f"{path}.{shown(key)}", _("A step's name has small letters, digits, - and _, at most 40."))
        elif step := _step(reader, key, raw, f"{path}.{key}", data):
            found[key] = step
    return found


def _step(reader: Reader, key: str, data: Any, path: str, steps: dict[str, Any]) -> Step | None:
    if not isinstance(data, dict):
        reader.refuse(path, _("A step must be an object."))
        return None
    kind = reader.choice(data.get("kind"), f"{path}.kind", tuple(STEPS))
    return STEPS[kind](reader, key, data, path, steps)
