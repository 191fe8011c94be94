"""What many live journeys look for, found without asking each of them: by the name of an event, and by a property that
must have a certain value. What a rule asks besides is not answered here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.journeys.definition import Occurrence
from crm.rules import AllOf, Field, Kind, Leaf, Rule
from crm.rules.tree import Place

type Property = tuple[Field, Kind]
"""Of an event, read as this kind."""


@dataclass(slots=True)
class _Named[Item]:
    """What looks for events of one name: by the value that a property must have, and whatever fixes none."""

    by_value: dict[Property, dict[Any, list[Item]]] = field(default_factory=lambda: defaultdict(dict))
    others: list[Item] = field(default_factory=list)


class Sought[Item]:
    """Items by the occurrences that they look for."""

    def __init__(self, items: Iterable[tuple[Occurrence, Item]]) -> None:
        self._named: dict[str, _Named[Item]] = defaultdict(_Named)
        for occurrence, item in items:
            self._keep(self._named[occurrence.event], occurrence.rule, item)

    def by(self, event: str, properties: Mapping[str, Any]) -> Iterator[Item]:
        """Every item that such an event may be sought by, and few others; each once."""
        named = self._named.get(event)
        if named is None:
            return
        yield from named.others
        for (property, kind), by_value in named.by_value.items():
            yield from by_value.get(property.read(properties.get(property.key), kind), ())

    def _keep(self, named: _Named[Item], rule: Rule | None, item: Item) -> None:
        fixed = _fixed(rule)
        if fixed is None:
            named.others.append(item)
            return
        property, values = fixed
        for value in dict.fromkeys(values):
            named.by_value[property].setdefault(value, []).append(item)


def _fixed(rule: Rule | None) -> tuple[Property, tuple[Any, ...]] | None:
    """A property without one of these values makes the rule false. None where nothing is so simple."""
    parts = rule.children if isinstance(rule, AllOf) else (rule,)
    for part in parts:
        if isinstance(part, AllOf) and (inner := _fixed(part)):
            return inner
        if isinstance(part, Leaf) and part.place is Place.EVENT:
            said = part.comparison
            if said.operator.key in ("is", "is_one_of"):
                values = (said.value,) if said.operator.key == "is" else tuple(said.value)
                return (part.field, said.kind), values
    return None
