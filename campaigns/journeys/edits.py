"""What can be done to a draft in the editor: each edit is a function of the JSON that gives another, and says clearly
why where it does not. A valid draft stays valid."""

import copy
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns.journeys.laying import into
from campaigns.journeys.parse import MOST_STEPS, InvalidDefinition, parse
from campaigns.journeys.ways import all_ways, lead, main_way, reached, several, steps_of, ways

INTO = into("")
MOST_NAME = 40

type Json = dict[str, Any]


class Refused(ValueError):
    """This cannot be done, for the reason in its words."""


class WouldLose(ValueError):
    """Steps would go with it that nobody could reach any more: to be asked for first."""

    def __init__(self, steps: Collection[str]) -> None:
        self.steps = tuple(steps)
        super().__init__(", ".join(self.steps))


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
    found = _step(edited, step)
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
    mine = main_way(step, _step(edited, step))
    if not mine:
        raise Refused(_("An end stays where it is: move the steps before it."))
    if way.partition(".")[0] == step and way != mine:
        raise Refused(_("A step cannot go below itself."))
    if way == mine or _target(edited, way) == step:
        return edited
    to = dict(ways(step, _step(edited, step)))[mine]
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
    found = _step(edited, step)
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
    _step(edited, to)
    _lead_all(edited, way, to)
    return settled(draft, edited, sure=sure)


def change(draft: Json, step: str, said: Mapping[str, Any]) -> Json:
    """Another content of a step: None takes a part away. What it says is kept also where it is still wrong."""
    edited = copy.deepcopy(draft)
    return _said(edited, _step(edited, step), said)


def change_way(draft: Json, way: str, said: Mapping[str, Any]) -> Json:
    """Another content of an exit or an arm."""
    edited = copy.deepcopy(draft)
    name, _dot, place = way.partition(".")
    found = _step(edited, name)
    key, _dot, number = place.partition(".")
    if way not in dict(ways(name, found)) or key != _listed(found):
        raise Refused(_("That is not there any more."))
    return _said(edited, several(found, key)[int(number)], said)


def change_whole(draft: Json, said: Mapping[str, Any]) -> Json:
    """Another trigger, entry, goal or freshness."""
    edited = copy.deepcopy(draft)
    return _said(edited, edited, said)


def add_way(draft: Json, step: str, new: Json, *, checked: bool = True) -> Json:
    """One more exit of a wait, or arm of a split: it goes on where the step does."""
    edited = copy.deepcopy(draft)
    found = _step(edited, step)
    key = _listed(found)
    to = dict(ways(step, found)).get(main_way(step, found), "")
    found[key] = [*several(found, key), new | {"next": to}]
    return settled(draft, edited) if checked else edited


def add_arm(draft: Json, step: str) -> Json:
    """One more arm of a split, with half the share of its largest."""
    edited = copy.deepcopy(draft)
    arms = several(_step(edited, step), "arms")
    largest = max(arms, key=_share, default=None)
    if largest is None or _share(largest) < 2:
        raise Refused(_("There is no share left to give."))
    share = _share(largest) // 2
    largest["share"] = _share(largest) - share
    names = {arm.get("name") for arm in arms}
    name = next(letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in names)
    return settled(draft, add_way(edited, step, {"name": name, "share": share}, checked=False))


def take_way(draft: Json, way: str, *, sure: bool = False) -> Json:
    """Take an exit or an arm away. The share of an arm goes to the first that is left."""
    edited = copy.deepcopy(draft)
    name, _dot, place = way.partition(".")
    found = _step(edited, name)
    key = _listed(found)
    if way not in dict(ways(name, found)) or place == "next":
        raise Refused(_("That is not there any more."))
    taken = several(found, key)[int(place.rpartition(".")[2])]
    found[key].remove(taken)
    if key == "arms":
        if len(found[key]) < 2:
            raise Refused(_("A split has two ways at least."))
        found[key][0]["share"] = _share(found[key][0]) + _share(taken)
    elif not found[key]:
        del found[key]
    return settled(draft, edited, sure=sure)


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
        parse(draft)
    except InvalidDefinition as error:
        return {(problem.path, problem.message) for problem in error.problems}
    return set()


def _said(edited: Json, part: Json, said: Mapping[str, Any]) -> Json:
    for key, value in said.items():
        if value is None:
            part.pop(key, None)
        else:
            part[key] = value
    return edited


def _step(draft: Json, name: str) -> Json:
    steps = steps_of(draft)
    if name not in steps:
        raise Refused(_("That step is not there any more."))
    return steps[name]


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


def _listed(step: Json) -> str:
    key = {"wait": "exits", "split": "arms"}.get(step["kind"])
    if key is None:
        raise Refused(_("This step has no more than its own ways."))
    return key


def _share(arm: Json) -> int:
    share = arm.get("share")
    return share if isinstance(share, int) and not isinstance(share, bool) else 0
