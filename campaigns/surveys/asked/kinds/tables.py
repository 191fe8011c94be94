"""Rankings and matrices: answers with a number for each of several things."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds.kind import (
    MAX_VALUE,
    Answer,
    Cell,
    Kind,
    Parts,
    Table,
    Tally,
    Tampered,
    Wrong,
    bar,
    number_of,
    percent,
    single,
)
from campaigns.surveys.asked.questions import Choice, Question


class Ranking(Kind):
    """Each choice gets its place; without script by a number beside it."""

    counted = True
    template = "ranking"
    grouped = True

    def ends(self, question: Question) -> tuple[str, ...]:
        return tuple(f"-{choice.no}" for choice in question.choices)

    def read(self, question: Question, said: Parts) -> Answer:
        places: dict[int, Choice] = {}
        count = len(question.choices)
        for choice in question.choices:
            place = number_of(single(said, f"-{choice.no}") or "0")
            if place is None or place > count:
                raise Tampered
            if place in places:
                raise Wrong(_("Two of them have the same place."))
            if place:
                places[place] = choice
        if len(places) < count:
            raise Wrong(_("Please give each of them a place."))
        order = [places[place] for place in sorted(places)]
        words = ", ".join(choice.label for choice in order)
        parts = {f"-{choice.no}": (str(place),) for place, choice in enumerate(order, 1)}
        return Answer(words[:MAX_VALUE], tuple(str(choice.no) for choice in order), words, parts)

    def refilled(self, question: Question, value: str) -> Parts:
        return {}

    def lacking(self, question: Question) -> tuple[str, str] | None:
        if found := super().lacking(question):
            return found
        return _few(question.choices, "choices", 2)

    def marks(self, question: Question, given: Mapping[str, Any]) -> list[tuple[str, str | None]]:
        """Each choice with its place."""
        return [(f"{no}:{place}", None) for place, no in enumerate(given.get("chosen", ()), 1)]

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        """How often each was put first, the best first; noted is its place on average."""
        found = [(self._place(question, choice, chosen), choice) for choice in question.choices]
        found.sort(key=lambda one: one[0] or len(found))
        return Tally(
            [
                bar(
                    choice.label,
                    chosen[f"{choice.no}:1"],
                    answered,
                    formats.number_format(round(place, 1), 1) if place else "",
                )
                for place, choice in found
            ]
        )

    def _place(self, question: Question, choice: Choice, chosen: Counter[str]) -> float:
        counts = {place: chosen[f"{choice.no}:{place}"] for place in range(1, len(question.choices) + 1)}
        total = sum(counts.values())
        return sum(place * count for place, count in counts.items()) / total if total else 0.0


class Matrix(Kind):
    """One of the choices for each row."""

    counted = True
    template = "matrix"
    grouped = True

    def ends(self, question: Question) -> tuple[str, ...]:
        return tuple(f"-{row.no}" for row in question.rows)

    def read(self, question: Question, said: Parts) -> Answer:
        found: list[tuple[Choice, Choice]] = []
        for row in question.rows:
            if value := single(said, f"-{row.no}"):
                no = number_of(value)
                column = None if no is None else question.option(no)
                if column is None:
                    raise Tampered
                found.append((row, column))
        if question.required and len(found) < len(question.rows):
            raise Wrong(_("Please answer each line."))
        words = "; ".join(f"{row.label}: {column.label}" for row, column in found)
        chosen = tuple(f"{row.no}:{column.no}" for row, column in found)
        return Answer(words[:MAX_VALUE], chosen, words, {f"-{row.no}": (str(column.no),) for row, column in found})

    def refilled(self, question: Question, value: str) -> Parts:
        return {}

    def lacking(self, question: Question) -> tuple[str, str] | None:
        if found := super().lacking(question):
            return found
        return _few(question.choices, "choices", 2) or _few(question.rows, "rows", 1)

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        rows = [(row.label, [chosen[f"{row.no}:{one.no}"] for one in question.choices]) for row in question.rows]
        return Tally(table=Table(question.choices, [(label, _cells(counts)) for label, counts in rows]))


def _few(choices: tuple[Choice, ...], field: str, least: int) -> tuple[str, str] | None:
    if len(choices) < least or not all(choice.label for choice in choices):
        return field, _("Give at least %(count)d, each with its words.") % {"count": least}
    return None


def _cells(counts: list[int]) -> list[Cell]:
    return [Cell(count, percent(count, sum(counts))) for count in counts]


def _one_place(number: float) -> str:
    return formats.number_format(round(number, 1), 1) if number else ""
