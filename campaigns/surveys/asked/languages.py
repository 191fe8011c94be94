"""A survey in several languages: which there are, what is missing, and how it reads in one of them. Pure.

Values, numbers and ids are the same in every language; only what is read differs. What is not translated is read in the
survey's own language, text by text, so that no label is ever empty.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.questions import Choice, Question
from engage.lib.spoken import spoken as spoken_by_us

AROUND = ("title", "intro", "thanks", "sorry")
BUTTONS = {"next": _("Next"), "back": _("Back"), "send": _("Send")}
"""Words of ours, which the author says where we do not speak the language."""

OF_QUESTION = ("text", "help", "low", "high")
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})


class Text(NamedTuple):
    """One text of a survey: of a question, or of what stands around them (`question` is empty)."""

    question: str
    place: str
    own: str
    said: Mapping[str, str]
    """By language."""


def texts(definition: Definition) -> Iterator[Text]:
    """All that is read and is there in the survey's own language."""
    for place in AROUND:
        if own := getattr(definition, place):
            yield Text("", place, own, _said(definition.texts, place))
    for place, words in BUTTONS.items():
        if not all(map(spoken_by_us, definition.languages)):
            yield Text("", place, str(words), _said(definition.texts, place))
    for question in definition.questions:
        for place, own in places(question).items():
            yield Text(question.id, place, own, _said(question.texts, place))


def places(question: Question) -> dict[str, str]:
    """What can be read of a question, in the survey's own language: `text`, `help`, `choice.1`, `row.2` …"""
    found = {place: getattr(question, place) for place in OF_QUESTION}
    found |= {f"choice.{one.no}": one.label for one in question.choices}
    found |= {f"row.{one.no}": one.label for one in question.rows}
    return {place: own for place, own in found.items() if own}


def missing(definition: Definition) -> dict[str, int]:
    """How many texts each other language lacks."""
    every = list(texts(definition))
    return {language: sum(lacks(one, language) for one in every) for language in definition.languages}


def lacks(text: Text, language: str) -> bool:
    return language not in text.said and not (text.place in BUTTONS and spoken_by_us(language))


def in_language(definition: Definition, language: str) -> Definition:
    if language not in definition.languages:
        return definition
    said = definition.texts.get(language, {})
    around: dict[str, Any] = {place: said.get(place) or getattr(definition, place) for place in AROUND}
    return replace(definition, **around, questions=tuple(spoken(one, language) for one in definition.questions))


def as_read_in(definition: Definition, language: str) -> Definition:
    """For whoever reads `language`: in that, or one much like it, if it is there."""
    return in_language(definition, choose(definition, "", [language]))


def choose(definition: Definition, own: str, wanted: Iterable[str]) -> str:
    """The first of the languages wanted that the survey has, or has one much like it; else its own. `es` serves who
    wants `es-mx`, and `zh-hans` who wants `zh`."""
    there = [own, *definition.languages]
    for one in wanted:
        code = one.strip().lower()
        root = code.partition("-")[0]
        if code in there:
            return code
        if root in there:
            return root
        if like := next((known for known in there if root and known.partition("-")[0] == root), ""):
            return like
    return own


def direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def _said(texts: Mapping[str, Mapping[str, str]], place: str) -> dict[str, str]:
    return {language: words for language, said in texts.items() if (words := said.get(place))}


def spoken(question: Question, language: str) -> Question:
    said = question.texts.get(language)
    if not said:
        return question
    there: dict[str, Any] = {place: said.get(place) or getattr(question, place) for place in OF_QUESTION}
    return replace(
        question,
        **there,
        choices=tuple(_labelled(one, said.get(f"choice.{one.no}")) for one in question.choices),
        rows=tuple(_labelled(one, said.get(f"row.{one.no}")) for one in question.rows),
    )


def _labelled(choice: Choice, label: str | None) -> Choice:
    return replace(choice, label=label) if label else choice
