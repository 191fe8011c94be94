"""Charts as plain geometry: numbers in, coordinates out. Templates draw them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 700
HEIGHT = 96
GAP = 0.28
"""The share of a bar's place that stays empty."""


@dataclass(frozen=True)
class Bar:
    """One bar, in the units of a drawing `WIDTH` wide: its place, its text and its parts from the ground up."""

    label: str
    value: int
    x: float
    width: float
    y: float
    height: float
    rest_y: float
    rest_height: float
    middle: float


def bars(days: Sequence[tuple[str, int, int]]) -> list[Bar]:
    """Bars for (label, value, rest): `rest` is drawn grey on top of `value`, such as what waits on what goes out.

    The highest bar fills the drawing; a value above 0 is never thinner than 2 units.
    """
    highest = max((value + rest for _, value, rest in days), default=0) or 1
    place = WIDTH / max(len(days), 1)
    return [_bar(index, place, day, highest) for index, day in enumerate(days)]


def _bar(index: int, place: float, day: tuple[str, int, int], highest: int) -> Bar:
    label, value, rest = day
    height, rest_height = (_scaled(part, highest) for part in (value, rest))
    return Bar(
        label=label,
        value=value + rest,
        x=round(index * place + place * GAP / 2, 1),
        width=round(place * (1 - GAP), 1),
        y=round(HEIGHT - height, 1),
        height=height,
        rest_y=round(HEIGHT - height - rest_height, 1),
        rest_height=rest_height,
        middle=round(index * place + place / 2, 1),
    )


def _scaled(value: int, highest: int) -> float:
    return round(max(HEIGHT * value / highest, 2), 1) if value else 0


def line(values: Sequence[float], *, width: int = 96, height: int = 24) -> str:
    """The `points` of a polyline through the values, with 2 units of air above and below."""
    if not values:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = width / max(len(values) - 1, 1)
    return " ".join(
        f"{round(index * step, 1)},{round(height - 2 - (value - low) / span * (height - 4), 1)}"
        for index, value in enumerate(values)
    )
