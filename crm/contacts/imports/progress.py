"""How far an import is: rate and time left, for the terminal."""

from collections.abc import Callable
from dataclasses import dataclass

REPORT_EVERY = 1.0
"""Seconds between two lines of progress."""


@dataclass(slots=True)
class Progress:
    """Calls `show(line)` at most once a second; `clock` gives seconds that only go forward."""

    show: Callable[[str], None]
    clock: Callable[[], float]
    unit: str
    began: float = 0.0
    shown: float = 0.0

    def begin(self) -> None:
        self.began = self.shown = self.clock()

    @property
    def seconds(self) -> float:
        return self.clock() - self.began

    def reached(self, done: int, fraction: float) -> None:
        """`done` rows in all, which are `fraction` (0 to 1) of the work."""
        now = self.clock()
        if now - self.shown >= REPORT_EVERY:
            self.shown = now
            self.show(line(done, fraction, now - self.began, self.unit))


def line(done: int, fraction: float, seconds: float, unit: str) -> str:
    """`120,000 rows, 38 %, 24,000 a second, 8 s left`."""
    rate = f"{done / seconds:,.0f} a second" if seconds else "rate unknown"
    left = f"{duration(seconds / fraction - seconds)} left" if fraction else "time left unknown"
    return f"{done:,} {unit}, {fraction:.0%}, {rate}, {left}"


def duration(seconds: float) -> str:
    """`8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
