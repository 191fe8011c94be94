"""Where the steps of a draft lead, read from its JSON, which may still be wrong anywhere.

A way is named by its step and its place in it: "pause.next", "pause.exits.0", "known.yes", "lucky.arms.1"; the way in
is "start". Names of steps have no dot.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from campaigns.journeys.definition import Step
from campaigns.journeys.parse import STEP_ID
from campaigns.journeys.reader import Reader
from campaigns.journeys.steps import STEPS

START = "start"

type Draft = Mapping[str, Any]


def steps_of(draft: Draft) -> dict[str, dict[str, Any]]:
    """The steps that have at least the shape of one."""
    steps = draft.get("steps") if isinstance(draft, dict) else None
    found = steps.items() if isinstance(steps, dict) else ()
    return {name: step for name, step in found if STEP_ID.fullmatch(name) and is_step(step)}


def is_step(step: Any) -> bool:
    return isinstance(step, dict) and isinstance(step.get("kind"), str) and step["kind"] in STEPS


def ways(name: str, step: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The ways out of a step in their order, each with the step it leads to, '' for nowhere."""
    return [(f"{name}.{place}", _text(slot.get(key))) for place, slot, key in _slots(step)]


def main_way(name: str, step: Mapping[str, Any]) -> str:
    """The way by which a step goes on when others are put before or behind it; '' of an end."""
    if step["kind"] == "wait":
        return f"{name}.next"
    found = ways(name, step)
    return found[0][0] if found else ""


def start_of(draft: Draft) -> str:
    return _text(draft.get("start")) if isinstance(draft, dict) else ""


def all_ways(draft: Draft) -> Iterator[tuple[str, str]]:
    yield START, start_of(draft)
    for name, step in steps_of(draft).items():
        yield from ways(name, step)


def lead(draft: dict[str, Any], way: str, to: str) -> None:
    """Change where a way leads, in place. Raises KeyError for a way that is not there."""
    if way == START:
        draft["start"] = to
        return
    name, _dot, place = way.partition(".")
    for found, slot, key in _slots(steps_of(draft)[name]):
        if found == place:
            slot[key] = to
            return
    raise KeyError(way)


def reached(draft: Draft, *starts: str) -> set[str]:
    """The steps that can be come to from these, or from the start; they themselves too."""
    steps, found = steps_of(draft), set()
    ahead = list(starts or [start_of(draft)])
    while ahead:
        name = ahead.pop()
        if name in steps and name not in found:
            found.add(name)
            ahead += [to for _way, to in ways(name, steps[name])]
    return found


def read_step(name: str, step: dict[str, Any], steps: Mapping[str, Any]) -> Step:
    """A step to be shown, with stand-ins for what is wrong in it."""
    return STEPS[step["kind"]](Reader(), name, step, f"$.steps.{name}", steps)


def several(step: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The arms of a split or the exits of a wait that have the shape of one."""
    listed = step.get(key)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _slots(step: Mapping[str, Any]) -> Iterable[tuple[str, Any, str]]:
    match step["kind"]:
        case "end":
            return []
        case "branch":
            return [("yes", step, "yes"), ("no", step, "no")]
        case "split":
            return [(f"arms.{number}", arm, "next") for number, arm in enumerate(several(step, "arms"))]
        case "wait":
            exits = [(f"exits.{number}", exit, "next") for number, exit in enumerate(several(step, "exits"))]
            return [*exits, ("next", step, "next")]
    return [("next", step, "next")]


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""
