"""Numbers in classes: few enough to be counted one by one, and drawn as a handful of bars."""

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from campaigns.surveys.asked.kinds.kind import Bar, bar

MOST = 12
"""Bars of one chart."""


def marks(given: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """The class of a number, and the number itself, of which sums are kept; nothing of what is none."""
    number = str(given.get("value", ""))
    try:
        return [(class_of(number), number)]
    except InvalidOperation:
        return []


def class_of(number: str) -> str:
    """Its first two digits, rounded down: 37 stays, 1,234 is 1200. So there are ninety for each power of ten."""
    value = Decimal(number)
    if not value:
        return "0"
    step = Decimal(1).scaleb(max(value.adjusted() - 1, -6))
    return f"{(value / step).to_integral_value(ROUND_FLOOR) * step:f}"


def bars(chosen: Counter[str], answered: int) -> list[Bar]:
    """Each class by itself where they are few whole numbers close together; else in equal steps."""
    found = {Decimal(no): count for no, count in chosen.items() if no and count}
    if not found:
        return []
    low, high = min(found), max(found)
    step = _step(high - low)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    places = range(int((high / step).to_integral_value(ROUND_FLOOR) - first) + 1)
    counts = Counter[int]()
    for value, count in found.items():
        counts[int((value / step).to_integral_value(ROUND_FLOOR) - first)] += count
    whole = all(value == value.to_integral_value() for value in found)
    return [bar(_label((first + place) * step, step, whole), counts[place], answered) for place in places]


def _step(span: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, so that the span has at most MOST steps."""
    size = Decimal(1) if span == span.to_integral_value() else Decimal("0.000001")
    while True:
        for times in (1, 2, 5):
            if span / (size * times) < MOST - 1:
                return size * times
        size *= 10


def _label(low: Decimal, step: Decimal, whole: bool) -> str:
    """Of whole numbers the first and the last; else where it begins and where the next does."""
    if step == 1 and whole:
        return _plain(low)
    return f"{_plain(low)}–{_plain(low + step - 1 if whole else low + step)}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"
