"""Presets as patterns: an event with conditions that a field or two fill in. Pure.

`fill` makes the conditions of what was typed, `best` finds in a trigger which preset it is
and what was typed, so that it is opened again as it was chosen. What else the rule asks is left to the rule.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from campaigns.journeys.presets.events import EVENTS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Text = str | _StrPromise
type Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a condition that a field fills in: a whole number, or words of which `prefix` is no part.

    `of` says what there is to choose from: segments, surveys, questions, keys.
    """

    name: str
    label: Text = field(compare=False)
    kind: type = str
    initial: int | str = ""
    help: Text = field(default="", compare=False)
    of: str = ""
    prefix: str = ""


@dataclass(frozen=True)
class Preset:
    """`label` is what one chooses, `say` reads within a sentence: "an order is placed". It raises KeyError while
    something is not typed yet."""

    key: str
    label: Text
    event: str
    say: Callable[[Values], str]
    parts: tuple[dict[str, Any], ...] = ()
    recurs: bool = False
    """Whether it is usually answered each time, as a birthday is each year."""

    @property
    def slots(self) -> list[Slot]:
        """Each once, in the order in which they are asked."""
        found = {slot.name: slot for part in self.parts for slot in _slots(part)}
        return list(found.values())

    def fill(self, values: Values) -> list[dict[str, Any]]:
        """The conditions; one whose field is empty is left out."""
        return [
            _filled(part, values)
            for part in self.parts
            if all(values.get(slot.name) not in (None, "") for slot in _slots(part))
        ]


@dataclass(frozen=True)
class Recognised:
    """`used` are the places of its conditions among those of the rule."""

    preset: Preset
    values: dict[str, Any]
    used: frozenset[int]

    @property
    def words(self) -> str:
        try:
            return self.preset.say(self.values)
        except KeyError:
            return str(EVENTS[self.preset.event])


def best(presets: Iterable[Preset], event: str, conditions: Sequence[Any]) -> Recognised | None:
    """The one that fits best: by most of the conditions, and then by asking least besides."""
    fitting = [found for preset in presets if preset.event == event and (found := _fit(preset, conditions))]
    return max(fitting, key=lambda found: (len(found.used), -len(found.preset.parts)), default=None)


def parts_of(rule: Any) -> list[Any]:
    """The conditions that must all hold."""
    if rule is None:
        return []
    whole = isinstance(rule, dict) and list(rule) == ["all"] and isinstance(rule["all"], list)
    return list(rule["all"]) if whole else [rule]


def _fit(preset: Preset, conditions: Sequence[Any]) -> Recognised | None:
    values: dict[str, Any] = {}
    used: set[int] = set()
    for part in preset.parts:
        for place, condition in enumerate(conditions):
            if place not in used and (found := _match(part, condition, values)) is not None:
                values |= found
                used.add(place)
                break
        else:
            if not any(_slots(part)):
                return None
    return Recognised(preset, values, frozenset(used))


def _match(pattern: Any, value: Any, known: Values) -> dict[str, Any] | None:
    """What the slots of a pattern stand for in a value; None where it does not fit."""
    if isinstance(pattern, Slot):
        return _read(pattern, value, known)
    if isinstance(pattern, dict) and isinstance(value, dict) and pattern.keys() == value.keys():
        return _match_all([(pattern[key], value[key]) for key in pattern], known)
    if isinstance(pattern, list) and isinstance(value, list) and len(pattern) == len(value):
        return _match_all(list(zip(pattern, value, strict=True)), known)
    return {} if type(pattern) is type(value) and pattern == value and not isinstance(pattern, dict | list) else None


def _match_all(pairs: Sequence[tuple[Any, Any]], known: Values) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for pattern, value in pairs:
        one = _match(pattern, value, {**known, **found})
        if one is None:
            return None
        found |= one
    return found


def _read(slot: Slot, value: Any, known: Values) -> dict[str, Any] | None:
    if type(value) is not slot.kind:
        return None
    if isinstance(value, str):
        if not value.startswith(slot.prefix) or value == slot.prefix:
            return None
        value = value.removeprefix(slot.prefix)
    return {slot.name: value} if known.get(slot.name, value) == value else None


def _filled(pattern: Any, values: Values) -> Any:
    if isinstance(pattern, Slot):
        return _typed(pattern, values)
    if isinstance(pattern, dict):
        return {key: _filled(one, values) for key, one in pattern.items()}
    return [_filled(one, values) for one in pattern] if isinstance(pattern, list) else pattern


def _typed(slot: Slot, values: Values) -> Any:
    return f"{slot.prefix}{values[slot.name]}" if slot.kind is str else values[slot.name]


def _slots(pattern: Any) -> Iterator[Slot]:
    if isinstance(pattern, Slot):
        yield pattern
    elif isinstance(pattern, dict | list):
        for one in pattern.values() if isinstance(pattern, dict) else pattern:
            yield from _slots(one)
