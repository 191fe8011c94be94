"""Charts as plain geometry: numbers in, coordinates out. Templates draw them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

HIGH = 100
"""A bar's drawing is 10 wide and this high; y grows downwards."""

THINNEST = 2


@dataclass(frozen=True)
class Bar:
    """One bar: `rest` stands grey on top of `value`, such as what waits on what goes out; `url` leads there."""

    label: str
    value: int
    rest: int
    height: float
    rest_height: float
    url: str = ""

    @property
    def y(self) -> float:
        return round(HIGH - self.height, 1)

    @property
    def rest_y(self) -> float:
        return round(HIGH - self.height - self.rest_height, 1)


type Day = tuple[str, int, int] | tuple[str, int, int, str]
"""Label, value, rest, and where it leads if it leads anywhere."""


def bars(days: Sequence[Day]) -> list[Bar]:
    """The highest fills its drawing; what is above 0 can be seen."""
    highest = max((value + rest for _, value, rest, *_ in days), default=0) or 1
    room = HIGH - THINNEST
    return [
        Bar(label, value, rest, _scaled(value, highest, room), _scaled(rest, highest, room), *url)
        for label, value, rest, *url in days
    ]


def _scaled(value: int, highest: int, room: int) -> float:
    return round(max(room * value / highest, THINNEST), 1) if value else 0


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


@dataclass(frozen=True)
class Part:
    """A term of a sum: `start` and `width` are where it lies on a bar of 100; `key` is its style."""

    key: str
    label: str
    value: int
    url: str
    start: float
    width: float


def parts(terms: Sequence[tuple[str, str, int, str]]) -> list[Part]:
    """(key, label, value, url) side by side, each as wide as its share of all."""
    total = sum(value for _, _, value, _ in terms) or 1
    found, start = list[Part](), 0.0
    for key, label, value, url in terms:
        width = round(100 * value / total, 2)
        found.append(Part(key, label, value, url, round(start, 2), width))
        start += width
    return found
