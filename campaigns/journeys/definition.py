"""What a journey is, once read: frozen values without a database or a clock. `parse` makes them from JSON.

trigger   {"event": "Order Completed", "rule": {…}}, a rule on the event's properties and on the person
entry     {"again": "never" | "always" | "after_days", "days": 30}
steps     {"ask": {"kind": "send", …, "next": "pause"}, …} and `start`, the first of them
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from crm.rules.tree import Rule


class Again(StrEnum):
    """May somebody who was on this journey begin it once more? Nobody is on one journey twice at a time."""

    NEVER = "never"
    ALWAYS = "always"
    AFTER_DAYS = "after_days"


class OnHold(StrEnum):
    """What becomes of a message that a conversation, quiet hours or a limit hold back."""

    WAIT = "wait"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event by its name, and a rule on it and on the person."""

    event: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    again: Again = Again.NEVER
    days: int = 0


@dataclass(frozen=True, slots=True)
class Design:
    """What the owner wrote, in Liquid; `kind` is letter, html or mjml."""

    subject: str
    body: str
    kind: str = "letter"


@dataclass(frozen=True, slots=True)
class Send:
    id: str
    design: Design
    next: str
    channel: str = "email"
    klass: str = "marketing"
    topic: str = ""
    on_hold: OnHold = OnHold.WAIT

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.next,)


@dataclass(frozen=True, slots=True)
class Wait:
    """Until `span` has passed, and then until the person's clock shows `clock`.

    With `awaited`, whoever does that first goes on to `met` at once; the others to `next` when the time is over.
    """

    id: str
    span: timedelta
    next: str
    clock: time | None = None
    awaited: Occurrence | None = None
    met: str = ""

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.met, self.next) if self.awaited else (self.next,)


@dataclass(frozen=True, slots=True)
class Branch:
    """On a rule about the person, or, with `chance`, at random: that many in a hundred go to `yes`."""

    id: str
    yes: str
    no: str
    rule: Rule | None = None
    chance: int = 0

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.yes, self.no)


@dataclass(frozen=True, slots=True)
class End:
    id: str
    reason: str

    @property
    def exits(self) -> tuple[str, ...]:
        return ()


type Step = Send | Wait | Branch | End


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a journey. Everything in `steps` can be reached from `start` and leads to an end."""

    trigger: Occurrence
    entry: Entry
    freshness: timedelta
    start: str
    steps: Mapping[str, Step]

    def sends(self) -> Iterator[Send]:
        return (step for step in self.steps.values() if isinstance(step, Send))
