"""What every type of question answers: how it is read, shown again, counted and checked. All of it is pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from django.utils.translation import gettext as _

from campaigns.surveys.asked.questions import Choice, Question
from crm.preferences.models import PreferenceKey
from engage.lib import likely

MAX_VALUE = 500
OTHER = "-other"

type Parts = Mapping[str, Sequence[str]]
"""What a form has for one question, by the end of the field's name: "" for most, `-other` for what is written beside.
None empty."""


type Mark = tuple[str, str, str | None]
"""What is counted of an answer: the question, which answer it is, and the number that it is."""


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
    """`share` in percent of those who answered this question, `low` and `high` the ends of its interval at 95 %."""

    label: str
    count: int
    share: int
    low: int = 0
    high: int = 0
    note: str = ""

    @property
    def width(self) -> int:
        """Of the band between them."""
        return self.high - self.low

    @property
    def y(self) -> int:
        """Where it begins of a drawing 100 high, and `top` where its band does."""
        return 100 - self.share

    @property
    def top(self) -> int:
        return 100 - self.high


@dataclass(frozen=True, slots=True)
class Cell:
    """`share` in percent of those who answered the row."""

    count: int
    share: int

    @property
    def shade(self) -> float:
        return round(self.share / 100, 2)


class Table(NamedTuple):
    """How often each column was chosen, by row."""

    columns: Sequence[Choice]
    rows: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Tally:
    """What can be counted of a question: bars beside each other, or `upright` along an axis; or a table."""

    bars: Sequence[Bar] = ()
    table: Table | None = None
    upright: bool = False

    @property
    def highest(self) -> int:
        """Of a hundred, how much of their drawing upright bars need, bands and all."""
        return max((bar.high for bar in self.bars), default=0) or 100

    @property
    def above(self) -> int:
        return 100 - self.highest


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

    def marks(self, question: Question, given: Mapping[str, Any]) -> list[tuple[str, str | None]]:
        """What is counted of a stored answer: which it is, and its number. Few different ones."""
        return [(no, None) for no in given.get("chosen", ())] if self.counted else []

    def tally(self, question: Question, chosen: Counter[str], answered: int) -> Tally:
        """From how often each mark was made."""
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
    return [bar(one.label, chosen[str(one.no)], answered) for one in options]


def bar(label: str, count: int, answered: int, note: str = "") -> Bar:
    low, high = likely.share(min(count, answered), answered) if answered > 0 else (0.0, 0.0)
    return Bar(label, count, percent(count, answered), round(100 * low), round(100 * high), note)


def percent(count: int, of: int) -> int:
    return round(100 * count / of) if of else 0
