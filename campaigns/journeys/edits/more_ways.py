"""The exits of a wait and the arms of a split: one more, or one less."""

import copy

from django.utils.translation import gettext as _

from campaigns.journeys.edits.contents import listed
from campaigns.journeys.edits.settling import Json, Refused, settled, step_of
from campaigns.journeys.ways import main_way, several, ways


def add_way(draft: Json, step: str, new: Json, *, checked: bool = True) -> Json:
    """One more exit of a wait, or arm of a split: it goes on where the step does."""
    edited = copy.deepcopy(draft)
    found = step_of(edited, step)
    key = listed(found)
    to = dict(ways(step, found)).get(main_way(step, found), "")
    found[key] = [*several(found, key), new | {"next": to}]
    return settled(draft, edited) if checked else edited


def add_arm(draft: Json, step: str) -> Json:
    """One more arm of a split, with half the share of its largest."""
    edited = copy.deepcopy(draft)
    arms = several(step_of(edited, step), "arms")
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
    found = step_of(edited, name)
    key = listed(found)
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


def _share(arm: Json) -> int:
    share = arm.get("share")
    return share if isinstance(share, int) and not isinstance(share, bool) else 0
