"""What every type of question answers: how it is read, shown again, counted and checked. All of it is pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext as _

from campaigns.surveys.questions import Choice, Question
from crm.preferences.models import PreferenceKey

MAX_VALUE = 500
OTHER = "-other"

type Parts = Mapping[str, Sequence[str]]
"""What a form has for one question, by the end of the field's name: "" for most, `-other` for what is written beside.
None empty."""


class Tampered(ValueError):
    """Something was posted that the page never offered: nothing of it is believed."""


class Wrong(ValueError):
    """What was answered cannot be used, in words for whoever answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` as remembered and counted, `chosen` as the form has it, `words` as she said it. `parts` is the form's
    whole where it has more than one field; `photo` the bytes of a picture that was made anew, and its kind."""

    value: str
    chosen: tuple[str, ...]
    words: str
    parts: Parts = field(default_factory=dict)
    photo: tuple[bytes, str] | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    share: int
    """Percent of those who answered this question."""


class Table(NamedTuple):
    """How often each column was chosen, by row."""

    columns: Sequence[Choice]
    rows: Sequence[tuple[str, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Tally:
    """What can be counted of a question: `mean` of numbers, on a scale that ends at `of`."""

    bars: Sequence[Bar] = ()
    mean: float | None = None
    of: int = 0
    table: Table | None = None


class Kind:
    """One type of question, or several alike."""

    template: ClassVar[str] = "line"
    """The part of a page that asks it: templates/surveys/public/kinds/."""

    memory: ClassVar[PreferenceKey.Type] = PreferenceKey.Type.TEXT
    """What an answer is remembered as."""

    free: ClassVar[bool] = False
    """Answered in one's own words."""

    counted: ClassVar[bool] = False
    """Its answers are counted one by one."""

    grouped: ClassVar[bool] = False
    """Several inputs belong together on the page."""

    def ends(self, question: Question) -> tuple[str, ...]:
        """The ends of the names of its fields."""
        return ("",)

    def read(self, question: Question, said: Parts) -> Answer:
        """The answer; `said` is not empty. Raises Wrong, Tampered."""
        words = single(said).replace("\x00", "")
        return Answer(words[:MAX_VALUE], (words,), words)

    def refilled(self, question: Question, value: str) -> Parts:
        """What the form has filled in for a value that is remembered; nothing if it cannot be chosen any more."""
        return {"": (value,)}

    def lacking(self, question: Question) -> tuple[str, str] | None:
        """The field that a published question may not lack, and why."""
        return None if question.text else ("text", _("This must not be empty."))

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        """From how often each of `chosen` stands in the answers, and under `1:…` how often it stands first."""
        return Tally()


def single(said: Parts, end: str = "") -> str:
    """The one value of a field; '' for none."""
    values = said.get(end, ())
    if len(values) > 1:
        raise Tampered
    return values[0] if values else ""


def number_of(value: str) -> int | None:
    """A short whole number in ASCII digits."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def bars(options: Sequence[Choice], chosen: Counter[str], answered: int) -> list[Bar]:
    return [Bar(one.label, chosen[str(one.no)], percent(chosen[str(one.no)], answered)) for one in options]


def percent(count: int, of: int) -> int:
    return round(100 * count / of) if of else 0
