"""One of, several of, yes or no, pictures and products: answers that are chosen among some."""

from collections import Counter
from typing import ClassVar

from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds.kind import (
    MAX_VALUE,
    OTHER,
    Answer,
    Kind,
    Parts,
    Tally,
    Tampered,
    Wrong,
    bar,
    bars,
    number_of,
    single,
)
from campaigns.surveys.asked.questions import Choice, Question
from crm.preferences.models import PreferenceKey

MAX_OTHER = 200
ELSE = "other"
"""Stands among the numbers of choices for something else that was written."""


class OneOf(Kind):
    counted = True
    template = "choices"
    memory = PreferenceKey.Type.CHOICE
    grouped = True
    many: ClassVar[bool] = False

    def ends(self, question: Question) -> tuple[str, ...]:
        return ("", OTHER) if question.other else ("",)

    def read(self, question: Question, said: Parts) -> Answer:
        values = list(dict.fromkeys(said.get("", ())))
        written = _written(said) if question.other else ""
        if ELSE in values and not question.other:
            raise Tampered
        if written and ELSE not in values and (self.many or not values):
            values.append(ELSE)
        if len(values) > 1 and not self.many:
            raise Tampered
        options = [_option(question, value) for value in values if value != ELSE]
        if ELSE in values and not written:
            raise Wrong(_("Please write what else it is."))
        self._check_count(question, len(values))
        labels = [one.label for one in sorted(options, key=lambda one: one.no)]
        words = ", ".join([*labels, written] if ELSE in values else labels)
        parts = {"": tuple(values), OTHER: (written,)} if ELSE in values else {}
        return Answer(self._value(options, words), tuple(values), words, parts)

    def refilled(self, question: Question, value: str) -> Parts:
        labels = {value, *value.split(", ")} if self.many else {value}
        return {"": tuple(str(option.no) for option in question.options() if option.label in labels)}

    def lacking(self, question: Question) -> tuple[str, str] | None:
        if found := super().lacking(question):
            return found
        if len(question.choices) < 2:
            return "choices", _("Give at least two answers to choose from.")
        if not all(choice.label for choice in question.choices):
            return "choices", _("One of the answers has no words.")
        if self.many and len(question.choices) + question.other < (question.least or 0):
            return "least", _("There are fewer answers than that.")
        return None

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        found = bars(question.options(), chosen, answered)
        if question.other:
            found.append(bar(_("Something else"), chosen[ELSE], answered))
        return Tally(found)

    def _value(self, options: list[Choice], words: str) -> str:
        return words[:MAX_VALUE]

    def _check_count(self, question: Question, count: int) -> None:
        """Any, for one."""


class SeveralOf(OneOf):
    memory = PreferenceKey.Type.TEXT
    many = True

    def _check_count(self, question: Question, count: int) -> None:
        if question.least is not None and count < question.least:
            raise Wrong(_("Please choose at least %(count)d.") % {"count": question.least})
        if question.most is not None and count > question.most:
            raise Wrong(_("Please choose at most %(count)d.") % {"count": question.most})


class YesNo(OneOf):
    """Its value must not depend on the language of the page."""

    memory = PreferenceKey.Type.BOOLEAN

    def refilled(self, question: Question, value: str) -> Parts:
        return {"": ("1",) if value == "yes" else ("2",)}

    def lacking(self, question: Question) -> tuple[str, str] | None:
        return Kind.lacking(self, question)

    def _value(self, options: list[Choice], words: str) -> str:
        return "yes" if options[0].no == 1 else "no"


class Picture(OneOf):
    """One of some pictures, each with its words."""

    template = "pictures"

    def lacking(self, question: Question) -> tuple[str, str] | None:
        if found := super().lacking(question):
            return found
        without = any(not choice.picture for choice in question.choices)
        return ("choices", _("One of the answers has no picture.")) if without else None


class Product(OneOf):
    """One of some products of the catalog."""

    def lacking(self, question: Question) -> tuple[str, str] | None:
        if found := super().lacking(question):
            return found
        without = any(not choice.product for choice in question.choices)
        return ("choices", _("One of the answers is no product of yours.")) if without else None


def _option(question: Question, value: str) -> Choice:
    no = number_of(value)
    option = None if no is None else question.option(no)
    if option is None:
        raise Tampered
    return option


def _written(said: Parts) -> str:
    words = " ".join(single(said, OTHER).replace("\x00", "").split())
    if len(words) > MAX_OTHER:
        raise Wrong(_("At most %(count)d characters, please.") % {"count": MAX_OTHER})
    return words
