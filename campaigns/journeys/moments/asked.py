"""Which boundaries journeys ask about: what their rules say of the event itself, compared by `is`. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from campaigns.journeys.definition import Definition, Occurrence, Wait
from crm.rules import AllOf, Leaf, Rule
from crm.rules.problems import Problem
from crm.rules.tree import Place, value_json

CART_LEFT, STAYED_AWAY, DATE_CAME, STALE = "Cart Left", "Stayed Away", "Date Came", "Preference Stale"

NEEDED: Mapping[str, Mapping[str, type]] = {
    CART_LEFT: {"hours": int},
    STAYED_AWAY: {"event": str, "days": int},
    DATE_CAME: {"key": str, "yearly": bool, "shift": int},
    STALE: {"key": str},
}
"""What must be said of each, and what kind of value that is."""

BOUNDS = {"hours": (1, 720), "days": (1, 3650), "shift": (-366, 366)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A boundary: the event that tells of it, and what `NEEDED` says of it as JSON, always written the same."""

    event: str
    details: str

    def read(self) -> dict[str, Any]:
        return orjson.loads(self.details)


def occurrences(definition: Definition) -> Iterator[tuple[str, Occurrence]]:
    """Every occurrence that a journey looks for, with its path."""
    yield "$.trigger", definition.trigger
    if definition.goal:
        yield "$.goal", definition.goal
    for wait in definition.all(Wait):
        for number, exit in enumerate(wait.sooner):
            if exit.occurrence:
                yield f"$.steps.{wait.id}.exits[{number}]", exit.occurrence


def asked_by(definition: Definition) -> Iterator[Asked]:
    """What is complete; `problems` tells of the rest."""
    for _path, occurrence in occurrences(definition):
        if occurrence.event in NEEDED:
            said = said_of_event(occurrence.rule)
            needed = NEEDED[occurrence.event]
            if not any(_wrong(name, kind, said) for name, kind in needed.items()):
                details = {name: said[name] for name in needed}
                yield Asked(occurrence.event, orjson.dumps(details, option=orjson.OPT_SORT_KEYS).decode())


def problems(definition: Definition) -> Iterator[Problem]:
    """A boundary that is not said is noticed by nobody."""
    for path, occurrence in occurrences(definition):
        said = said_of_event(occurrence.rule)
        for name, kind in NEEDED.get(occurrence.event, {}).items():
            if _wrong(name, kind, said):
                yield Problem(f"{path}.rule", _wanted(name))


def said_of_event(rule: Rule | None) -> dict[str, Any]:
    """The properties of the event that the rule wants to be one value, whatever else it wants."""
    parts = rule.children if isinstance(rule, AllOf) else (rule,) if rule else ()
    return {
        part.field.key: value_json(part.comparison.value)
        for part in parts
        if isinstance(part, Leaf) and part.place is Place.EVENT and part.comparison.operator.key == "is"
    }


def _wrong(name: str, kind: type, said: Mapping[str, Any]) -> bool:
    value = said.get(name)
    if type(value) is not kind:
        return True
    return isinstance(value, int) and name in BOUNDS and not BOUNDS[name][0] <= value <= BOUNDS[name][1]


def _wanted(name: str) -> str:
    if name in BOUNDS:
        low, high = BOUNDS[name]
        message = _("The rule must say that “{name}” is a whole number from {low} to {high}.")
        return message.format(name=name, low=low, high=high)
    if name == "yearly":
        return _("The rule must say that “yearly” is true or false.")
    return _("The rule must say what “{name}” is.").format(name=name)
