"""Who may see a journey: whoever may see everything that it speaks of. Its rules, who went which way, and what its
messages cite would give the rest away."""

from collections.abc import Collection, Iterator
from typing import Any

from liquid.exceptions import LiquidError

from campaigns.channels.liquid import recall_keys
from campaigns.journeys.models import Backtest, Journey, JourneyVersion
from crm.rules import InvalidRule, parse
from crm.segments.seeing import ATTRIBUTE, hidden_names
from crm.segments.seeing import speaks_of as rule_speaks_of

LIQUID = frozenset({"subject", "body", "preheader", "text", "otherwise", "label", "source"})
"""What may hold Liquid, of a step and of a design that one names."""
ONWARD = frozenset({"kind", "next", "yes", "no", "to", "start", "name"})
"""What names a step or a way, not something remembered."""


def hidden_journeys(role: str) -> frozenset[int]:
    """The journeys that such a colleague may not see: for their draft, a version, or a backtest of theirs. No query for
    owners, one or two where nothing is hidden, five at most."""
    hidden = hidden_names(role)
    if not hidden:
        return frozenset()
    drafts = Journey.objects.values_list("pk", "draft")
    versions = JourneyVersion.objects.values_list("journey", "definition")
    backtests = Backtest.objects.values_list("journey", "definition")
    found = (row for rows in (drafts, versions, backtests) for row in rows)
    return frozenset(journey for journey, definition in found if speaks_of(definition, hidden))


def may_see(journey: Journey, role: str) -> bool:
    """The same of one."""
    hidden = hidden_names(role)
    if not hidden:
        return True
    tested = journey.backtests.values_list("definition", flat=True)
    every = (journey.draft, *journey.versions.values_list("definition", flat=True), *tested)
    return not any(speaks_of(definition, hidden) for definition in every)


def speaks_of(definition: Any, hidden: Collection[str]) -> bool:
    """Whether a definition does, also one that cannot be published yet."""
    return any(_says(place, value, hidden) for place, value in _values(definition))


def _values(data: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every rule, and every text, with the name under which it stands; those in a rule under "rule"."""
    if isinstance(data, dict):
        for name, value in data.items():
            if name == "rule":
                yield name, value
            yield from _values(value, "rule" if "rule" in (place, name) else name)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value, place)
    elif isinstance(data, str):
        yield place, data


def _says(place: str, value: Any, hidden: Collection[str]) -> bool:
    if place == "rule" and not isinstance(value, str):
        return _rule_says(value, hidden)
    if place in LIQUID:
        return _cites(value, hidden)
    return place not in ONWARD and value.removeprefix(ATTRIBUTE) in hidden


def _rule_says(raw: Any, hidden: Collection[str]) -> bool:
    try:
        return rule_speaks_of(parse(raw, event_at_hand=True), hidden)
    except InvalidRule:
        return False  # what it names is found as a text


def _cites(source: str, hidden: Collection[str]) -> bool:
    try:
        return any(key in hidden for key in recall_keys(source))
    except LiquidError:
        return any(name in source for name in hidden)
