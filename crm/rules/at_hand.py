"""Conditions on the event at hand, answered first, so that what is left can be asked of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .evaluate import evaluate
from .tree import EVERYONE, NOBODY, AllOf, AnyOf, Did, Leaf, NoneOf, Place, Rule


@dataclass(frozen=True)
class _EventOnly:
    event: Mapping[str, Any] | None

    def scalar(self, key: str) -> Any:
        raise AssertionError("only the event is looked at")

    def rows(self, key: str) -> Sequence[Mapping[str, Any]]:
        raise AssertionError("only the event is looked at")


def settle_event(rule: Rule, event: Mapping[str, Any], at: datetime) -> Rule:
    """What is left of a trigger's rule when `event` (``{"properties": {…}}``) has answered its part.

    EVERYONE or NOBODY when nothing is left to ask. Events that answer alike leave equal rules, which are hashable:
    a chunk asks each distinct one once.
    """
    if isinstance(rule, Did):
        return rule
    if isinstance(rule, Leaf):
        if rule.place is not Place.EVENT:
            return rule
        return EVERYONE if evaluate(rule, _EventOnly(event), at) else NOBODY
    children = tuple(settle_event(child, event, at) for child in rule.children)
    decisive, idle = (NOBODY, EVERYONE) if isinstance(rule, AllOf) else (EVERYONE, NOBODY)
    if decisive in children:
        return EVERYONE if isinstance(rule, AnyOf) else NOBODY
    left = tuple(child for child in children if child != idle)
    if len(left) == 1 and not isinstance(rule, NoneOf):
        return left[0]
    return type(rule)(left) if left or isinstance(rule, AnyOf) else EVERYONE
