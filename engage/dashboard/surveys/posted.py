"""What was typed, put into a draft; what the form does not say stays as it is."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.surveys.asked.arranging import NEW, Json
from campaigns.surveys.asked.definition import BadDefinition, Problem
from campaigns.surveys.asked.questions import SCALES, TALKS, Choice, Question, Type
from crm.catalog.queries import named_products
from engage.dashboard.surveys.asked_of import Said, write
from engage.dashboard.surveys.choosing import is_uid
from engage.dashboard.surveys.question_form import NEW_KEY

WORDS = ("text", "help", "low", "high")
TICKS = ("required", "other", "random", "found_us")
AROUND = ("title", "intro", "thanks", "sorry")


def around(draft: Json, posted: QueryDict) -> tuple[Json, str]:
    """The draft, and which field it was if it was one."""
    said = _said(posted)
    changed = draft | {name: said[name] for name in AROUND if name in said}
    if "embed_on" in said:
        changed["embed_on"] = said["embed_on"].split()
    touched = [name for name in changed if changed[name] != draft.get(name)]
    return changed, touched[0] if len(touched) == 1 else ""


def asked(
    draft: Json, id: str, posted: QueryDict, *, used: Mapping[str, int], keys: Mapping[str, str]
) -> tuple[Json, str]:
    """The same of one question. `used` are the highest numbers that answers ever had, `keys` what is remembered, by
    label in small letters. Raises BadDefinition for what cannot be read."""
    changed = deepcopy(draft)
    at = next((n for n, one in enumerate(changed["questions"]) if one["id"] == id), None)
    if at is None:
        return draft, ""
    question = changed["questions"][at]
    before = deepcopy(question)
    _write(question, f"questions.{at}", posted, used.get(id, 0))
    if "remember" in posted:
        question["remember"] = _remembered(question, _said(posted), keys)
    touched = [name for name in question if question[name] != before.get(name)]
    return changed, f"{id}.{touched[0]}" if len(touched) == 1 else ""


def _write(question: Json, path: str, posted: QueryDict, used: int) -> None:
    said = _said(posted)
    question |= {name: said[name] for name in WORDS if name in said}
    if "type" in posted:
        question |= {name: name in posted for name in TICKS}
    question |= {name: _number(f"{path}.{name}", said[name]) for name in ("least", "most") if name in said}
    if "type" in posted:
        _write_talk(question, path, posted)
    for name in ("choices", "rows"):
        if name in said:
            question[name] = numbered(said[name], [Choice(**one) for one in _choices(question, name)], used)
    for choice in question.get("choices", ()):
        if (picture := said.get(f"picture-{choice['no']}")) is not None:
            choice["picture"] = picture
    if "products" in posted:
        question["choices"] = _products(
            question, [uid for uid in dict.fromkeys(posted.getlist("products")) if is_uid(uid)], used
        )
    if "topics" in posted or ("type" in posted and question["type"] == "permission"):
        question["topics"] = posted.getlist("topics")
    if "show_json" in posted:
        question["show"] = _json(f"{path}.show", said["show_json"])
    elif "show_of" in posted:
        question["show"] = write(Said(*(said.get(f"show_{part}", "").strip() for part in ("of", "op", "value"))))
    if "jump_to" in posted:
        question["jumps"] = _jumps(question["id"], said)


def _write_talk(question: Json, path: str, posted: QueryDict) -> None:
    """Ticked without a number, what is usually low is taken."""
    kind, ticked = question["type"], "talk" in posted
    question["talk"] = ticked and kind in TALKS
    low = None
    if ticked and kind in SCALES:
        low = _number(f"{path}.talk_at_most", posted.get("talk_at_most", ""))
        if low is None:
            low = Question(question["id"], Type(kind), "", most=question.get("most")).usually_low
    question["talk_at_most"] = low


def numbered(lines: str, before: list[Choice], used: int) -> list[dict[str, Any]]:
    """Answers, one a line, with their numbers: kept where the words are the same, or where one line was reworded in
    its place; a new answer gets a number above `used` that no link in a mail has."""
    labels = [line.strip() for line in lines.splitlines() if line.strip()]
    known = {choice.label: choice for choice in before}
    kept = {known[label].no for label in labels if label in known}
    used = max([used, *(choice.no for choice in before)])
    numbers = []
    for place, label in enumerate(labels):
        was = known.get(label)
        if was is None and len(labels) == len(before) and before[place].no not in kept:
            was = before[place]
        if was is None:
            was = Choice(used := used + 1, label)
        numbers.append({"no": was.no, "label": label, "picture": was.picture, "product": was.product})
    return numbers


def _products(question: Json, uids: list[str], used: int) -> list[dict[str, Any]]:
    """Products as choices, in the words of the catalog; those that were chosen before keep their numbers."""
    before = {one["product"]: one for one in question.get("choices", ()) if one.get("product")}
    new = [uid for uid in uids if uid not in before]
    names = {str(one.uid): one.name for one in named_products(new)} if new else {}
    used = max([used, *(one["no"] for one in before.values())])
    found = []
    for uid in uids:
        if uid in before:
            found.append(before[uid])
        elif uid in names:
            found.append({"no": (used := used + 1), "label": names[uid][:120], "picture": "", "product": uid})
    return found


def _remembered(question: Json, said: Mapping[str, str], keys: Mapping[str, str]) -> Json | None:
    """What is chosen in the list of what is remembered; something new has its name once it is published."""
    chosen, before = said.get("remember", ""), question.get("remember")
    if not chosen:
        return None
    if chosen == NEW_KEY:
        return {"key": f"{NEW}{question['id']}"[:40], "label": _("Something new"), "citable": True}
    if before is None or before["key"] != chosen:
        label = next((words for words, key in keys.items() if key == chosen), chosen)
        return {"key": chosen, "label": label.capitalize(), "citable": True}
    more = {"citable": "citable" in said, "sentence": said.get("sentence", "").strip()}
    return {"key": chosen, "label": said.get("label", "").strip() or before["label"], **more}


def _jumps(id: str, said: Mapping[str, str]) -> list[Json]:
    to, op = said.get("jump_to", ""), said.get("jump_op", "")
    if not to:
        return []
    return [{"when": write(Said(id, op, said.get("jump_value", "").strip())) if op else None, "to": to}]


def _number(path: str, text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError as error:
        raise BadDefinition([Problem(path, _("Write a whole number."))]) from error


def _json(path: str, text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadDefinition([Problem(path, _("This is no JSON."))]) from error


def _choices(question: Json, name: str) -> list[Json]:
    return [{"picture": "", "product": ""} | one for one in question.get(name, ())]


def _said(posted: QueryDict) -> dict[str, str]:
    """What stands in each field; browsers end lines with both characters."""
    return {name: str(posted[name]).replace("\r\n", "\n") for name in posted}
