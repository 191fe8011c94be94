"""The numbers in a rule: what an owner turns up or down without touching anything else of it."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm.rules import parse, phrase

type Path = tuple[str | int, ...]

CONDITIONS = ("field", "did")
LARGEST = 10**9


@dataclass(frozen=True)
class Amount:
    """One number; `condition` is the part of the sentence that it stands in."""

    path: Path
    value: int | float
    condition: str

    @property
    def name(self) -> str:
        return "amount." + ".".join(str(part) for part in self.path)

    @property
    def unit(self) -> str:
        units = {"minutes": _("minutes"), "hours": _("hours"), "days": _("days"), "weeks": _("weeks")}
        return units.get(str(self.path[-1]), _("number"))


def amounts(rule: dict[str, Any]) -> list[Amount]:
    """In the order of the sentence. Raises InvalidRule."""
    parse(rule)
    return list(_in_conditions(rule, ()))


def changed(rule: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The rule with those of its numbers that `values` has by name. Raises ValueError for what is no number."""
    new = copy.deepcopy(rule)
    for amount in amounts(rule):
        if amount.name in values:
            place: Any = new
            for part in amount.path[:-1]:
                place = place[part]
            place[amount.path[-1]] = _number(str(values[amount.name]))
    return new


def _number(text: str) -> int | float:
    number = float(text[:20])
    if not abs(number) < LARGEST:  # so that NaN is refused too
        raise ValueError(text)
    return int(number) if number == int(number) else number


def _in_conditions(node: Any, path: Path) -> Iterator[Amount]:
    if isinstance(node, dict) and any(key in node for key in CONDITIONS):
        words = phrase(parse(node))
        yield from (Amount(found, value, words) for found, value in _numbers(node, path))
    else:
        for key, child in _children(node):
            yield from _in_conditions(child, (*path, key))


def _numbers(node: Any, path: Path) -> Iterator[tuple[Path, int | float]]:
    if isinstance(node, int | float) and not isinstance(node, bool):
        yield path, node
    for key, child in _children(node):
        yield from _numbers(child, (*path, key))


def _children(node: Any) -> list[tuple[str | int, Any]]:
    if isinstance(node, dict):
        return list(node.items())
    return list(enumerate(node)) if isinstance(node, list) else []
