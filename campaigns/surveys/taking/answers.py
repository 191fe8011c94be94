"""From what a form posted to answers, and how answers are stored: pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.kinds.kind import Answer, Parts, Tampered, Wrong
from campaigns.surveys.asked.questions import Question, Type

PREFIX = "q-"
LEFT_OUT = frozenset({Type.PHOTO, Type.HIDDEN})
"""What a form brings otherwise than by its fields."""


class Posted(Protocol):
    """A QueryDict, as far as it is read here."""

    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self): ...


@dataclass(slots=True)
class Reading:
    """Answers by question id, and what is wrong, for people, beside the field."""

    answers: dict[str, Answer] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(
    questions: Sequence[Question],
    posted: Posted,
    *,
    skipped: frozenset[str] = frozenset(),
    shown: Callable[[Question], Question] = lambda one: one,
) -> Reading:
    """Read a posted form against the questions it was made from; `skipped` need no answer. `shown` gives a question in
    the language in which it stood there: her words are those, the value is the same in each. Raises Tampered."""
    known = {PREFIX + question.id + end for question in questions for end in kind_of(question).ends(question)}
    if any(name.startswith(PREFIX) and name not in known for name in posted):
        raise Tampered
    reading = Reading()
    for question in questions:
        if said := parts_of(question, posted):
            try:
                reading.answers[question.id] = _in_her_words(question, shown(question), said)
            except Wrong as wrong:
                reading.errors[question.id] = str(wrong)
        elif question.required and question.id not in skipped and question.type not in LEFT_OUT:
            reading.errors[question.id] = missing()
    return reading


def _in_her_words(question: Question, shown: Question, said: Parts) -> Answer:
    given = kind_of(question).read(question, said)
    return given if shown is question else replace(given, words=kind_of(shown).read(shown, said).words)


def missing() -> str:
    return _("Please answer this one.")


def parts_of(question: Question, posted: Posted) -> Parts:
    """What the form has for one question, without what is empty."""
    found = {end: posted.getlist(PREFIX + question.id + end) for end in kind_of(question).ends(question)}
    stripped = {end: [value.strip() for value in values] for end, values in found.items()}
    return {end: kept for end, values in stripped.items() if (kept := [value for value in values if value])}


def tapped(question: Question, no: str) -> Answer | None:
    """The answer that a link in a mail names, or None if the question no longer has it."""
    try:
        return kind_of(question).read(question, {"": [no]}) if question.options() else None
    except (Tampered, Wrong):
        return None


def stored(questions: Sequence[Question], answers: Mapping[str, Answer], said: Callable[[Question], str]) -> dict:
    """Answers as they are stored, by question id: each with the question as it was shown, which `said` gives. An
    address to write to stands with the request, which forgets it."""
    return {
        question.id: _stored(given, said(question))
        for question in questions
        if question.type is not Type.PERMISSION and (given := answers.get(question.id))
    }


def _stored(given: Answer, question: str) -> dict[str, Any]:
    parts = {"parts": {end: list(values) for end, values in given.parts.items()}} if given.parts else {}
    said = {"value": given.value, "words": given.words, "chosen": list(given.chosen), "question": question}
    return said | parts


def read_back(raw: Mapping[str, Any]) -> Answer:
    """One answer out of what `stored` made."""
    return Answer(raw["value"], tuple(raw["chosen"]), raw["words"], raw.get("parts", {}))


def filled(answers: Mapping[str, Answer]) -> dict[str, Parts]:
    """What the form shows as filled in, by question id."""
    return {id: answer.parts or {"": answer.chosen} for id, answer in answers.items()}
