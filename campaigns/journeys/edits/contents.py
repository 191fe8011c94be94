"""What a card says, changed: kept also where it is still wrong."""

import copy
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns.journeys.edits.settling import Json, Refused, step_of
from campaigns.journeys.ways import several, ways


def change(draft: Json, step: str, said: Mapping[str, Any]) -> Json:
    """Another content of a step: None takes a part away. What it says is kept also where it is still wrong."""
    edited = copy.deepcopy(draft)
    return _said(edited, step_of(edited, step), said)


def change_way(draft: Json, way: str, said: Mapping[str, Any]) -> Json:
    """Another content of an exit or an arm."""
    edited = copy.deepcopy(draft)
    name, _dot, place = way.partition(".")
    found = step_of(edited, name)
    key, _dot, number = place.partition(".")
    if way not in dict(ways(name, found)) or key != listed(found):
        raise Refused(_("That is not there any more."))
    return _said(edited, several(found, key)[int(number)], said)


def change_whole(draft: Json, said: Mapping[str, Any]) -> Json:
    """Another trigger, entry, goal or freshness."""
    edited = copy.deepcopy(draft)
    return _said(edited, edited, said)


def _said(edited: Json, part: Json, said: Mapping[str, Any]) -> Json:
    for key, value in said.items():
        if value is None:
            part.pop(key, None)
        else:
            part[key] = value
    return edited


def listed(step: Json) -> str:
    key = {"wait": "exits", "split": "arms"}.get(step["kind"])
    if key is None:
        raise Refused(_("This step has no more than its own ways."))
    return key
