"""The numbers that stand for a question: NPS, satisfied, means, each with its interval and whether it has changed."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campaigns.surveys.asked.questions import SCALES, Question, Type
from engage.lib import likely
from engage.lib.likely import Sample

ENOUGH = 30
"""From so many answers on a number says something; below, only counts are shown."""

SATISFIED = 4
"""CSAT: from here on of 5 somebody is satisfied."""

PROMOTERS, DETRACTORS = 9, 6
"""NPS: from here on, and up to here."""


@dataclass
class Sums:
    """What was marked of one question in some time."""

    chosen: Counter[str] = field(default_factory=Counter)
    total: float = 0.0
    squares: float = 0.0

    @property
    def answered(self) -> int:
        return self.chosen[""]

    def numbers(self) -> dict[int, int]:
        return {int(no): count for no, count in self.chosen.items() if no.isdigit() and count > 0}


@dataclass(frozen=True, slots=True)
class Measure:
    """`low` and `high` are the ends of its interval at 95 %; None where there are too few answers to tell. `of` is the
    end of the scale, 0 for none. `grown` is the interval of how much it has grown since the time before."""

    label: str
    value: float
    interval: tuple[float, float] | None
    of: int = 0
    digits: int = 1
    unit: str = ""
    grown: tuple[float, float] | None = None
    least: int = 0
    compared: bool = False
    """Both times had enough answers."""

    @property
    def way(self) -> str:
        """`up`, `down`, or '' where it cannot be told."""
        if self.grown is None or self.grown[0] <= 0 <= self.grown[1]:
            return ""
        return "up" if self.grown[0] > 0 else "down"

    @property
    def fallen(self) -> tuple[float, float] | None:
        """The same the other way round."""
        return (-self.grown[1], -self.grown[0]) if self.grown else None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval, within what is possible."""
        if self.interval is None or not self.of:
            return self.interval
        return max(self.interval[0], self.least), min(self.interval[1], self.of)


def measures(question: Question, all: Sums, recent: Sums, before: Sums) -> list[Measure]:
    """`all` is what is looked at; `recent` and `before` are two times of the same length, to be compared."""
    match question.type:
        case Type.NPS:
            found = [_measure("NPS", _net, likely_net, all, recent, before, of=100, least=-100, digits=0)]
        case Type.CSAT:
            satisfied = _measure(
                _("Satisfied (4 or 5)"), _satisfied, _share, all, recent, before, of=100, digits=0, unit="%"
            )
            found = [satisfied, _mean(question, all, recent, before)]
        case kind if kind in SCALES or kind in (Type.SLIDER, Type.NUMBER):
            found = [_mean(question, all, recent, before)]
        case _:
            found = []
    return [one for one in found if one]


def likely_net(sums: Sums) -> tuple[float, float]:
    counts = sums.numbers()
    low, high = likely.net(_from(counts, PROMOTERS), _up_to(counts, DETRACTORS), sum(counts.values()))
    return 100 * low, 100 * high


def _share(sums: Sums) -> tuple[float, float]:
    counts = sums.numbers()
    low, high = likely.share(_from(counts, SATISFIED), sum(counts.values()))
    return 100 * low, 100 * high


def _from(counts: Mapping[int, int], least: int) -> int:
    return sum(count for no, count in counts.items() if no >= least)


def _up_to(counts: Mapping[int, int], most: int) -> int:
    return sum(count for no, count in counts.items() if no <= most)


def _net(sums: Sums) -> Sample:
    """Each answer as 100, 0 or -100."""
    counts = sums.numbers()
    good, bad = _from(counts, PROMOTERS), _up_to(counts, DETRACTORS)
    return Sample.counted({100: good, -100: bad, 0: sum(counts.values()) - good - bad})


def _satisfied(sums: Sums) -> Sample:
    counts = sums.numbers()
    good = _from(counts, SATISFIED)
    return Sample.counted({100: good, 0: sum(counts.values()) - good})


def _mean(question: Question, all: Sums, recent: Sums, before: Sums) -> Measure | None:
    if question.type in SCALES:
        low, high = question.ends
        return _measure(_("On average"), _of_scale, _of_mean(_of_scale), all, recent, before, of=high, least=low)
    return _measure(_("On average"), _of_numbers, _of_mean(_of_numbers), all, recent, before)


def _of_scale(sums: Sums) -> Sample:
    return Sample.counted(sums.numbers())


def _of_numbers(sums: Sums) -> Sample:
    return Sample.of(sums.answered, sums.total, sums.squares)


def _of_mean(sample: Callable[[Sums], Sample]) -> Callable[[Sums], tuple[float, float]]:
    return lambda sums: likely.mean(sample(sums))


def _measure(
    label: str,
    sample: Callable[[Sums], Sample],
    interval: Callable[[Sums], tuple[float, float]],
    all: Sums,
    recent: Sums,
    before: Sums,
    *,
    of: int = 0,
    least: int = 0,
    digits: int = 1,
    unit: str = "",
) -> Measure | None:
    if not all.answered:
        return None
    compared = recent.answered >= ENOUGH and before.answered >= ENOUGH
    return Measure(
        label,
        sample(all).mean,
        interval(all) if all.answered >= ENOUGH else None,
        of,
        digits,
        unit,
        likely.difference(sample(before), sample(recent)) if compared else None,
        least,
        compared,
    )
