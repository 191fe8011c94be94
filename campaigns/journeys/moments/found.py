"""What a look at one boundary gives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.events.actions import Fact

SLICE = 1000
"""People of one transaction."""


@dataclass(frozen=True, slots=True)
class Found:
    """The facts of a slice, and the last person looked at; None where nobody is left."""

    facts: list[Fact]
    last: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """Boundaries after `since`, up to and with `until`, of people beyond the key `after`."""

    since: datetime
    until: datetime
    after: int


type Finder = Callable[[dict[str, Any], Span], Found]


def of_rows(facts: list[Fact]) -> Found:
    """One fact for each person, by their key: fewer than a slice are the last."""
    return Found(facts, facts[-1].contact if len(facts) == SLICE else None)
