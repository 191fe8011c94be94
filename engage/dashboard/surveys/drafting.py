"""The form in which a survey is written: from its definition to fields, and from what was posted back to one.

The form holds the whole draft, so that adding, moving and removing need no script; only saving writes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.surveys.definition import (
    CHOSEN,
    OF_THE_PERSON,
    SAYS_WHERE,
    Choice,
    Definition,
    Problem,
    Question,
    Type,
)
from campaigns.surveys.keys import free_key
from campaigns.surveys.queries import History

NEW = "new_"


@dataclass(slots=True)
class Written:
    """One question as it stands in the form. `fixed`: it was published, so its kind stays."""

    id: str
    type: str
    text: str = ""
    help: str = ""
    required: bool = False
    lines: str = ""
    remember: str = ""
    citable: bool = False
    sentence: str = ""
    found_us: bool = False
    topics: list[str] = field(default_factory=list)
    fixed: bool = False
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_chosen(self) -> bool:
        return self.type in CHOSEN

    @property
    def can_be_remembered(self) -> bool:
        return self.type not in OF_THE_PERSON

    @property
    def is_permission(self) -> bool:
        return self.type == Type.PERMISSION

    @property
    def can_say_where(self) -> bool:
        return self.type in SAYS_WHERE

    def said(self) -> str:
        """The sentence with the first answer in it, as a message would say it."""
        first = {Type.STARS: "5", Type.YES_NO: _("yes")}.get(Type(self.type), "")
        value = first or next(iter(self.lines.splitlines()), "") or "…"
        return self.sentence.replace("{{ value }}", value).replace("{{value}}", value)


@dataclass(slots=True)
class Draft:
    """All of the form."""

    title: str = ""
    intro: str = ""
    thanks: str = ""
    embed_on: str = ""
    questions: list[Written] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def from_definition(definition: Definition, published: Collection[str]) -> Draft:
    """`published` are the ids that stand in a version already."""
    return Draft(
        title=definition.title,
        intro=definition.intro,
        thanks=definition.thanks,
        embed_on="\n".join(definition.embed_on),
        questions=[_written(question, published) for question in definition.questions],
    )


def from_post(data: QueryDict, published: Collection[str]) -> Draft:
    """What was posted, however wrong."""
    return Draft(
        title=data.get("title", "").strip(),
        intro=data.get("intro", "").strip(),
        thanks=data.get("thanks", "").strip(),
        embed_on=data.get("embed_on", "").strip(),
        questions=[_posted(data, id, published) for id in dict.fromkeys(data.getlist("id"))],
    )


def carry_out(draft: Draft, deed: str) -> None:
    """`add:stars`, `up:milk`, `down:milk`, `remove:milk`; anything else changes nothing."""
    what, _colon, which = deed.partition(":")
    if what == "add" and which in list(Type):
        taken = {question.id for question in draft.questions}
        draft.questions.append(Written(id=free_key(f"{NEW}1", taken=taken), type=which))
        return
    at = next((place for place, question in enumerate(draft.questions) if question.id == which), None)
    if at is None:
        return
    question = draft.questions.pop(at)
    if what in {"up", "down"}:
        draft.questions.insert(max(at - 1, 0) if what == "up" else at + 1, question)
    elif what != "remove":
        draft.questions.insert(at, question)


def to_raw(draft: Draft, history: History, keys: Mapping[str, str]) -> dict[str, Any]:
    """The definition's JSON. `keys` are the known preference keys by their label in small letters."""
    taken = set(history.questions) | {question.id for question in draft.questions}
    for question in draft.questions:
        if question.id.startswith(NEW):
            question.id = free_key(question.remember or question.text, taken=taken, fallback="question")
            taken.add(question.id)
    return {
        "title": draft.title,
        "intro": draft.intro,
        "thanks": draft.thanks,
        "embed_on": draft.embed_on.split(),
        "questions": [_raw(question, history, keys) for question in draft.questions],
    }


def numbered(lines: str, before: tuple[Choice, ...], used: int) -> list[dict[str, Any]]:
    """Answers, one a line, with their numbers: kept where the words are the same, or where one line was reworded in
    its place; a new answer gets a number above `used` that no link in a mail has."""
    labels = [line.strip() for line in lines.splitlines() if line.strip()]
    by_label = {choice.label: choice.no for choice in before}
    kept = {by_label[label] for label in labels if label in by_label}
    numbers = []
    for place, label in enumerate(labels):
        no = by_label.get(label)
        if no is None and len(labels) == len(before) and before[place].no not in kept:
            no = before[place].no
        if no is None:
            no = used = used + 1
        numbers.append({"no": no, "label": label})
    return numbers


def blame(draft: Draft, problems: list[Problem]) -> None:
    """Put each problem beside its field."""
    for problem in problems:
        parts = problem.path.split(".")
        if parts[0] == "questions" and len(parts) > 1:
            name = parts[2] if len(parts) > 2 else "text"
            draft.questions[int(parts[1])].problems.setdefault(name, problem.message)
        else:
            draft.problems.setdefault(parts[0], problem.message)


def _written(question: Question, published: Collection[str]) -> Written:
    remember = question.remember
    return Written(
        id=question.id,
        type=question.type,
        text=question.text,
        help=question.help,
        required=question.required,
        lines="\n".join(choice.label for choice in question.choices),
        remember=remember.label if remember else "",
        citable=bool(remember and remember.citable),
        sentence=remember.sentence if remember else "",
        found_us=question.found_us,
        topics=list(question.topics),
        fixed=question.id in published,
    )


def _posted(data: QueryDict, id: str, published: Collection[str]) -> Written:
    kind = data.get(f"type-{id}", "")
    return Written(
        id=id,
        type=kind if kind in list(Type) else Type.TEXT,
        text=data.get(f"text-{id}", "").strip(),
        help=data.get(f"help-{id}", "").strip(),
        required=bool(data.get(f"required-{id}")),
        lines=data.get(f"choices-{id}", "").replace("\r\n", "\n").strip(),
        remember=data.get(f"remember-{id}", "").strip(),
        citable=bool(data.get(f"citable-{id}")),
        sentence=data.get(f"sentence-{id}", "").strip(),
        found_us=bool(data.get(f"found_us-{id}")),
        topics=data.getlist(f"topics-{id}"),
        fixed=id in published,
    )


def _raw(question: Written, history: History, keys: Mapping[str, str]) -> dict[str, Any]:
    before = history.questions.get(question.id)
    choices, used = before.choices if before else (), history.used.get(question.id, 0)
    return {
        "id": question.id,
        "type": question.type,
        "text": question.text,
        "help": question.help,
        "required": question.required,
        "choices": numbered(question.lines, choices, used) if question.is_chosen else [],
        "found_us": question.found_us,
        "remember": _remembered(question, before, keys) if question.can_be_remembered else None,
        "topics": question.topics if question.is_permission else [],
    }


def _remembered(question: Written, before: Question | None, keys: Mapping[str, str]) -> dict[str, Any] | None:
    if not question.remember:
        return None
    same = before.remember if before and before.remember and before.remember.label == question.remember else None
    known = same.key if same else keys.get(question.remember.casefold())
    return {
        "key": known or free_key(question.remember, taken=(), fallback="memory"),
        "label": question.remember,
        "citable": question.citable,
        "sentence": question.sentence,
    }
