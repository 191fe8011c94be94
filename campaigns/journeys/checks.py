"""What can be wrong with a scenario as a whole: steps nobody reaches, no way out, going round without a pause."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from campaigns.journeys.definition import Definition, End, Step, Wait
from campaigns.journeys.moments import asked
from crm.rules.problems import Problem


def problems(definition: Definition) -> list[Problem]:
    """Every problem found, at the JSON path of its step."""
    found = [*_unreachable(definition), *_stranded(definition), *_restless(definition)]
    return [*found, *asked.problems(definition)]


def _unreachable(definition: Definition) -> Iterable[Problem]:
    reached = reach(definition, definition.start)
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
        if step.id in reach(definition, *_at_once(step), onward=_at_once):
            yield Problem(f"$.steps.{step.id}", _("This goes round and round without a wait."))


def _at_once(step: Step) -> Sequence[str]:
    """Where somebody may go on to in the same moment. A rule that holds already ends a wait before it begins."""
    if not isinstance(step, Wait):
        return step.exits
    ways = [exit.to for exit in step.sooner if exit.rule]
    return ways if step.pauses else [*ways, step.next]


def _all(step: Step) -> Sequence[str]:
    return step.exits


def reach(definition: Definition, *starts: str, onward: Callable[[Step], Sequence[str]] = _all) -> set[str]:
    """The steps that one comes to from these, with them."""
    found: set[str] = set()
    ahead = list(starts)
    while ahead:
        step = definition.steps[ahead.pop()]
        if step.id not in found:
            found.add(step.id)
            ahead += onward(step)
    return found
