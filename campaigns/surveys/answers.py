"""From what a form posted to answers: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _

from campaigns.surveys.definition import WRITTEN, Definition, Question, Type
from crm.contacts import normal

MAX_TEXT = 500
MAX_NAME = 100
PREFIX = "q-"


class Tampered(ValueError):
    """Something was posted that the page never offered: nothing of it is believed."""


class Posted(Protocol):
    """A QueryDict, as far as it is read here."""

    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self): ...


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` as remembered and counted, `chosen` as the form has it, `words` as she said it."""

    value: str
    chosen: tuple[str, ...]
    words: str


@dataclass(slots=True)
class Reading:
    """Answers by question id, and what is wrong, for people, beside the field."""

    answers: dict[str, Answer] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(definition: Definition, posted: Posted, *, skipped: frozenset[str] = frozenset()) -> Reading:
    """Read a posted form against the version it was made from; `skipped` need no answer. Raises Tampered."""
    known = {PREFIX + question.id for question in definition.questions}
    if any(name.startswith(PREFIX) and name not in known for name in posted):
        raise Tampered
    reading = Reading()
    for question in definition.questions:
        values = [value.strip() for value in posted.getlist(PREFIX + question.id)]
        values = [value for value in values if value]
        if values:
            _read_one(question, values, reading)
        elif question.required and question.id not in skipped:
            reading.errors[question.id] = _("Please answer this one.")
    return reading


def tapped(question: Question, no: str) -> Answer | None:
    """The answer that a link in a mail names, or None if the question no longer has it."""
    try:
        return _choose(question, [no])
    except Tampered:
        return None


def _read_one(question: Question, values: list[str], reading: Reading) -> None:
    if question.type in WRITTEN:
        _read_words(question, values, reading)
    else:
        reading.answers[question.id] = _choose(question, values)


def _choose(question: Question, values: list[str]) -> Answer:
    if len(values) > 1 and question.type is not Type.SEVERAL_OF:
        raise Tampered
    chosen = []
    for value in dict.fromkeys(values):
        option = question.option(int(value)) if value.isascii() and value.isdigit() and len(value) < 6 else None
        if option is None:
            raise Tampered
        chosen.append(option)
    words = ", ".join(option.label for option in sorted(chosen, key=lambda option: option.no))
    return Answer(value_of(question.type, words, chosen[0].no), tuple(str(option.no) for option in chosen), words)


def value_of(type: Type, words: str, no: int) -> str:
    """Words, but for the built-in answers, whose value must not depend on the language of the page."""
    if type is Type.YES_NO:
        return "yes" if no == 1 else "no"
    return words[:500]


def _read_words(question: Question, values: list[str], reading: Reading) -> None:
    words = values[0].replace("\x00", "").replace("\r\n", "\n").strip()
    if len(values) > 1:
        raise Tampered
    longest = MAX_NAME if question.type is Type.FIRST_NAME else MAX_TEXT
    if len(words) > longest:
        reading.errors[question.id] = _("At most %(count)d characters, please.") % {"count": longest}
    elif question.type in (Type.EMAIL, Type.PERMISSION) and normal.identity("email", words) is None:
        reading.errors[question.id] = _("This address is not complete. It looks like name@example.com.")
    elif words:
        words = " ".join(words.split()) if question.type is Type.FIRST_NAME else words
        reading.answers[question.id] = Answer(words, (words,), words)


def chosen(answers: Mapping[str, Answer]) -> dict[str, tuple[str, ...]]:
    """What the form shows as chosen, by question id."""
    return {id: answer.chosen for id, answer in answers.items()}
