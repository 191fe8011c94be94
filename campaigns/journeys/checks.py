"""What can be wrong with a scenario as a whole: steps nobody reaches, no way out, going round without a pause."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from campaigns.journeys.definition import Definition, End, Wait
from crm.rules.problems import Problem


def problems(definition: Definition) -> list[Problem]:
    """Every problem found, at the JSON path of its step."""
    return [*_unreachable(definition), *_stranded(definition), *_restless(definition)]


def _unreachable(definition: Definition) -> Iterable[Problem]:
    reached = _reach(definition, definition.start)
    for step in definition.steps:
        if step not in reached:
            yield Problem(f"$.steps.{step}", _("Nobody can reach this step."))


def _stranded(definition: Definition) -> Iterable[Problem]:
    """Steps from which no end can be reached: dead ends."""
    ways_out = {step.id for step in definition.steps.values() if isinstance(step, End)}
    grew = True
    while grew:
        found = {step.id for step in definition.steps.values() if ways_out.intersection(step.exits)}
        grew = not found <= ways_out
        ways_out |= found
    for step in definition.steps:
        if step not in ways_out:
            yield Problem(f"$.steps.{step}", _("From here no end can be reached."))


def _restless(definition: Definition) -> Iterable[Problem]:
    """Steps that can be come back to without a wait in between."""
    for step in definition.steps.values():
        if isinstance(step, Wait):
            continue
        if step.id in _reach(definition, *step.exits, through_waits=False):
            yield Problem(f"$.steps.{step.id}", _("This goes round and round without a wait."))


def _reach(definition: Definition, *starts: str, through_waits: bool = True) -> set[str]:
    found: set[str] = set()
    ahead = list(starts)
    while ahead:
        step = definition.steps[ahead.pop()]
        if step.id in found:
            continue
        found.add(step.id)
        if through_waits or not isinstance(step, Wait):
            ahead += step.exits
    return found
