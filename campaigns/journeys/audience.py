"""Whom a journey may meet: to whom its trigger happened within a year, as far as its rule asks of the person."""

from collections.abc import Iterator

from campaigns.journeys.definition import Occurrence
from crm.rules import AllOf, Leaf, Rule, conditions, parse
from crm.rules.tree import Place

DAYS = 365


def audience_of(trigger: Occurrence) -> Rule:
    """A rule on people alone. What the trigger's rule asks of the event itself is left out: they may be fewer."""
    happened = parse({"did": "event", "name": trigger.event, "within": {"days": DAYS}})
    return AllOf((happened, *_of_the_person(trigger.rule)))


def _of_the_person(rule: Rule | None) -> Iterator[Rule]:
    parts = rule.children if isinstance(rule, AllOf) else (rule,) if rule else ()
    return (part for part in parts if not any(_is_of_the_event(one) for one in conditions(part)))


def _is_of_the_event(condition: object) -> bool:
    return isinstance(condition, Leaf) and condition.place is Place.EVENT
