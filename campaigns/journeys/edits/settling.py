"""What every edit ends with: nothing lost unasked, and a draft that was right stays right."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.ways import reached, steps_of

type Json = dict[str, Any]


class Refused(ValueError):
    """This cannot be done, for the reason in its words."""


class WouldLose(ValueError):
    """Steps would go with it that nobody could reach any more: to be asked for first."""

    def __init__(self, steps: Collection[str]) -> None:
        self.steps = tuple(steps)
        super().__init__(", ".join(self.steps))


def settled(before: Json, after: Json, *, gone: Collection[str] = (), sure: bool = False) -> Json:
    """Leave out what nobody reaches any more, once that is sure; refuse what was right before and is not now."""
    reach = reached(after)
    lost = [name for name in reached(before) - reach if name not in gone]
    if lost and not sure:
        raise WouldLose([name for name in steps_of(before) if name in lost])
    for name in lost:
        del after["steps"][name]
    if new := problems(after) - problems(before):
        raise Refused(" ".join(dict.fromkeys(message for _path, message in sorted(new))))
    return after


def problems(draft: Json) -> set[tuple[str, str]]:
    """Of the whole draft, (JSON path, words)."""
    try:
        parse(written_out(draft))
    except InvalidDefinition as error:
        return {(problem.path, problem.message) for problem in error.problems}
    return set()


def step_of(draft: Json, name: str) -> Json:
    steps = steps_of(draft)
    if name not in steps:
        raise Refused(_("That step is not there any more."))
    return steps[name]
