"""Where steps stand: put in, taken out, moved, copied, led elsewhere."""

import copy
from collections.abc import Collection

from django.utils.translation import gettext as _

from campaigns.journeys.edits.settling import Json, Refused, WouldLose, settled, step_of
from campaigns.journeys.laying import into
from campaigns.journeys.parse import MOST_STEPS
from campaigns.journeys.ways import all_ways, lead, main_way, reached, steps_of, ways

INTO = into("")
MOST_NAME = 40


def insert(
    draft: Json, way: str, chain: list[tuple[str, Json]], *, taken: Collection[str] = (), sure: bool = False
) -> tuple[Json, str]:
    """Put new steps on a way, each (name to begin with, step without where it leads). `taken` are names of steps that
    were there once: their numbers are not the new one's. Gives the draft and the name of the first new step."""
    edited = copy.deepcopy(draft)
    to = _target(edited, way)
    names: list[str] = []
    for wish, step in chain:
        name = _free(wish, {*steps_of(edited), *taken})
        edited["steps"][name] = copy.deepcopy(step)
        names.append(name)
    if len(steps_of(edited)) > MOST_STEPS:
        raise Refused(_("A journey has {most} steps at most.").format(most=MOST_STEPS))
    _lead_all(edited, way, names[0])
    for name, after in zip(names, [*names[1:], to], strict=True):
        _join(edited, name, after, taken)
    return settled(draft, edited, sure=sure), names[0]


def remove(draft: Json, step: str, *, keep: str = "", sure: bool = False) -> Json:
    """Take a step out and close the gap: who came to it goes on by its way `keep`, else the one it goes on by."""
    edited = copy.deepcopy(draft)
    found = step_of(edited, step)
    to = dict(ways(step, found)).get(keep or main_way(step, found), "")
    if not to or to == step:
        raise Refused(_("Every way needs an end: put something else there first."))
    for way, target in list(all_ways(edited)):
        if target == step:
            lead(edited, way, to)
    del edited["steps"][step]
    return settled(draft, edited, gone={step}, sure=sure)


def move(draft: Json, step: str, way: str) -> Json:
    """Take a step, with what hangs on its other ways, to another place; the gap closes."""
    edited = copy.deepcopy(draft)
    mine = main_way(step, step_of(edited, step))
    if not mine:
        raise Refused(_("An end stays where it is: move the steps before it."))
    if way.partition(".")[0] == step and way != mine:
        raise Refused(_("A step cannot go below itself."))
    if way == mine or _target(edited, way) == step:
        return edited
    to = dict(ways(step, step_of(edited, step)))[mine]
    where = _target(edited, way)
    came = _members(edited, way)
    for other, target in list(all_ways(edited)):
        if target == step and other not in came:
            lead(edited, other, to)
    for other in came:
        lead(edited, other, step)
    lead(edited, mine, where)
    try:
        return settled(draft, edited)
    except WouldLose:
        raise Refused(_("A step cannot go below itself.")) from None


def duplicate(draft: Json, step: str, *, taken: Collection[str] = ()) -> tuple[Json, str]:
    """A copy right behind it; gives the draft and the copy's name."""
    edited = copy.deepcopy(draft)
    found = step_of(edited, step)
    mine = main_way(step, found)
    if not mine:
        raise Refused(_("Nothing comes after an end."))
    if len(steps_of(edited)) >= MOST_STEPS:
        raise Refused(_("A journey has {most} steps at most.").format(most=MOST_STEPS))
    name = _free(step, {*steps_of(edited), *taken})
    edited["steps"][name] = copy.deepcopy(found)
    lead(edited, mine, name)
    return settled(draft, edited), name


def connect(draft: Json, way: str, to: str, *, sure: bool = False) -> Json:
    """Let a way go on at a step that is there already."""
    edited = copy.deepcopy(draft)
    step_of(edited, to)
    _lead_all(edited, way, to)
    return settled(draft, edited, sure=sure)


def _members(draft: Json, way: str) -> list[str]:
    """The ways that one name stands for: of "into.<step>" those that come to it, but not round from behind it."""
    if not way.startswith(INTO):
        return [way]
    step = way.removeprefix(INTO)
    behind = reached(draft, step)
    return [one for one, to in all_ways(draft) if to == step and one.partition(".")[0] not in behind]


def _target(draft: Json, way: str) -> str:
    if not isinstance(draft.get("steps"), dict):
        raise Refused(_("This draft has no steps: mend it as JSON."))
    known = dict(all_ways(draft))
    members = _members(draft, way)
    if not members or members[0] not in known:
        raise Refused(_("That place is not there any more."))
    return known[members[0]]


def _lead_all(draft: Json, way: str, to: str) -> None:
    _target(draft, way)
    for one in _members(draft, way):
        lead(draft, one, to)


def _join(draft: Json, name: str, after: str, taken: Collection[str]) -> None:
    """Let a new step go on: so do its other ways, but the "no" of a branch, which has an end of its own."""
    step = steps_of(draft)[name]
    mine = main_way(name, step)
    for way, to in ways(name, step):
        if way == mine or (step["kind"] != "branch" and not to):
            lead(draft, way, after)
        elif not to:
            end = _free("end", {*steps_of(draft), *taken})
            draft["steps"][end] = {"kind": "end", "reason": _("Came to the end")}
            lead(draft, way, end)


def _free(wish: str, taken: Collection[str]) -> str:
    root = wish.rstrip("0123456789").rstrip("-") or wish
    names = (root[: MOST_NAME - 4] if number == 1 else f"{root[: MOST_NAME - 4]}-{number}" for number in range(1, 1000))
    return next(name for name in names if name not in taken)
