"""Changes of the order and number of questions, each as a new list of their JSON. Pure."""

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from campaigns.surveys.asked.parse import MAX_QUESTIONS
from campaigns.surveys.asked.questions import CHOSEN, Type
from engage.lib.keys import free_key

type Json = dict[str, Any]

NEW = "new_"
"""Ids of questions that were never published begin so; publishing names them by their words."""


class Refused(ValueError):
    """What cannot be done with these questions; they are as they were."""


class TooMany(Refused):
    """There are MAX_QUESTIONS already."""


def insert(questions: list[Json], type: str, place: int, taken: Collection[str]) -> tuple[list[Json], str]:
    """An empty question before the one at `place`, and its id. `taken` are ids that stand in versions."""
    if type not in list(Type):
        raise Refused
    if len(questions) >= MAX_QUESTIONS:
        raise TooMany
    id = _new_id(questions, taken)
    arranged = deepcopy(questions)
    arranged.insert(max(0, min(place, len(arranged))), {"id": id, "type": type, "text": "", **_begun(Type(type))})
    return arranged, id


def remove(questions: list[Json], id: str) -> list[Json]:
    arranged = deepcopy(questions)
    del arranged[_where(arranged, id)]
    return arranged


def duplicate(questions: list[Json], id: str, taken: Collection[str]) -> tuple[list[Json], str]:
    """The same once more below it, remembered as nothing: two are never remembered as one."""
    if len(questions) >= MAX_QUESTIONS:
        raise TooMany
    arranged = deepcopy(questions)
    at = _where(arranged, id)
    copy = deepcopy(arranged[at]) | {"id": _new_id(questions, taken), "remember": None}
    arranged.insert(at + 1, copy)
    return arranged, copy["id"]


def shift(questions: list[Json], id: str, by: int) -> list[Json]:
    """Up or down; at the end it stays."""
    arranged = deepcopy(questions)
    at = _where(arranged, id)
    arranged.insert(max(at + by, 0), arranged.pop(at))
    return arranged


def move(questions: list[Json], id: str, place: int) -> list[Json]:
    """Before the question at `place`, as it was numbered before this one left its own."""
    arranged = deepcopy(questions)
    at = _where(arranged, id)
    moved = arranged.pop(at)
    arranged.insert(max(0, min(place - 1 if place > at else place, len(arranged))), moved)
    return arranged


def retype(questions: list[Json], id: str, type: str, published: Collection[str]) -> tuple[list[Json], str]:
    """The same words as another kind of question, and its id: a new one where people have answered it as it was."""
    if type not in list(Type):
        raise Refused
    arranged = deepcopy(questions)
    at = _where(arranged, id)
    name = _new_id(questions, published) if id in published else id
    begun = _begun(Type(type))
    arranged[at] = begun | {key: value for key, value in arranged[at].items() if value} | {"id": name, "type": type}
    return arranged, name


def named(questions: list[Json], taken: Collection[str], keys: Mapping[str, str]) -> list[Json]:
    """New questions named by what they are remembered as or by their words, wherever they are spoken of; what is newly
    remembered by its label, which may be known: `keys` are those by label in small letters."""
    named = _with_keys(questions, keys)
    known = {*taken, *(one["id"] for one in named)}
    names: dict[str, str] = {}
    for one in named:
        if one["id"].startswith(NEW):
            words = (one.get("remember") or {}).get("key") or one.get("text", "")
            names[one["id"]] = free_key(words, taken=known, fallback="question")
            known.add(names[one["id"]])
    return [_renamed(one, names) for one in named] if names else named


def _with_keys(questions: list[Json], keys: Mapping[str, str]) -> list[Json]:
    known = {*keys.values(), *(one["remember"]["key"] for one in questions if one.get("remember"))}
    found = []
    for one in questions:
        remember = one.get("remember")
        if remember and remember["key"].startswith(NEW):
            label = remember["label"]
            key = keys.get(label.casefold()) or free_key(label, taken=known, fallback="memory")
            known.add(key)
            one = one | {"remember": remember | {"key": key}}
        found.append(one)
    return found


def _renamed(value: Any, names: dict[str, str]) -> Any:
    match value:
        case dict():
            known = {"id", "property", "to"}
            return {
                key: names.get(inner, inner) if key in known and isinstance(inner, str) else _renamed(inner, names)
                for key, inner in value.items()
            }
        case list():
            return [_renamed(inner, names) for inner in value]
        case str():
            return re.sub(
                rf"(\{{\{{\s*answer\.)({NEW}\d+)\b", lambda found: found[1] + names.get(found[2], found[2]), value
            )
    return value


def _begun(type: Type) -> Json:
    choices = [{"no": no, "label": ""} for no in (1, 2)] if type in CHOSEN - {Type.PRODUCT} else []
    return {"choices": choices, "rows": [{"no": 1, "label": ""}] if type is Type.MATRIX else []}


def _new_id(questions: list[Json], taken: Collection[str]) -> str:
    known = {*taken, *(one["id"] for one in questions)}
    return next(id for number in range(1, 10_000) if (id := f"{NEW}{number}") not in known)


def _where(questions: list[Json], id: str) -> int:
    for at, question in enumerate(questions):
        if question["id"] == id:
            return at
    raise Refused
