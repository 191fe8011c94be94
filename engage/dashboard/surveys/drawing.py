"""Charts of a survey as plain geometry; templates draw them as SVG."""

from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.surveys.asked.kinds.kind import Bar
from campaigns.surveys.results.results import Results

MOST = 60
"""Bars beside each other; more days are drawn together."""


@dataclass(frozen=True)
class Column:
    """Answers from `first` on; of a drawing 100 high, and `x` from its left."""

    first: date
    count: int
    x: int
    height: float

    @property
    def y(self) -> float:
        return round(100 - self.height, 1)


@dataclass(frozen=True)
class Days:
    """Answers by day, or by `each` days. `most` is the highest."""

    columns: list[Column]
    each: int
    most: Column

    @property
    def width(self) -> int:
        return 10 * len(self.columns)


def days_drawn(results: Results) -> Days | None:
    """From the first answer on, in at most MOST columns; None where there is nothing to compare."""
    counts = {day: count for day, count in results.days.items() if count > 0 and day <= results.compared.until}
    if len(counts) < 2:
        return None
    first, last = min(counts), results.compared.until
    each = -(-((last - first).days + 1) // MOST)
    sums = [0] * ((last - first).days // each + 1)
    for day, count in counts.items():
        sums[(day - first).days // each] += count
    highest = max(sums)
    columns = [
        Column(first + timedelta(days=place * each), count, 10 * place, _height(count, highest))
        for place, count in enumerate(sums)
    ]
    return Days(columns, each, max(columns, key=lambda column: column.count))


def _height(count: int, highest: int) -> float:
    return round(max(98 * count / highest, 2), 1) if count else 0


def words_drawn(frequent: dict[str, list[tuple[str, int]]]) -> dict[str, list[Bar]]:
    """By question, each word with how many used it, of the longest bar's 100."""
    return {
        question: [Bar(word, count, round(100 * count / words[0][1])) for word, count in words]
        for question, words in frequent.items()
    }
