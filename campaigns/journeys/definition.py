"""What a journey is, once read: frozen values without a database or a clock. `parse` makes them from JSON.

trigger   {"event": "Order Completed", "rule": {…}}, a rule on the event's properties and on the person
entry     {"again": "never" | "always" | "after_days", "days": 30, "key": "order_id", "per_day": 50}
goal      {"event": "Order Completed", "rule": {…}}, which ends the walk from anywhere, with success
steps     {"ask": {"kind": "send", …, "next": "pause"}, …} and `start`, the first of them
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from crm.rules.tree import Rule


class Again(StrEnum):
    """May somebody who was on this journey begin it once more? Nobody is on one journey twice at a time, but for
    different things (`Entry.key`)."""

    NEVER = "never"
    ALWAYS = "always"
    AFTER_DAYS = "after_days"


class OnHold(StrEnum):
    """What becomes of a message that a conversation, quiet hours or a limit hold back. With `merge` it waits too, and
    goes inside the next message to the same person."""

    WAIT = "wait"
    DROP = "drop"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event by its name, and a rule on it and on the person."""

    event: str
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """With `key`, a property of the event such as `order_id`, all of this is said of each of its values: one walk for
    each order, also several at a time. With `per_day`, so many begin on one of the shop's days, at most."""

    again: Again = Again.NEVER
    days: int = 0
    key: str = ""
    per_day: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """A design that a step names, as it was written then: `contents` is the JSON of them by language, `language` the
    one for people whose own is not among them."""

    uid: str
    name: str
    kind: str
    language: str
    contents: str

    def by_language(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.contents)
        return found


@dataclass(frozen=True, slots=True)
class Design:
    """What the owner wrote, in Liquid; `kind` is letter, html or mjml; one that is `named` counts as mjml. `words` are
    for channels that show no design; without them they say what the letter says."""

    subject: str
    body: str
    kind: str = "letter"
    words: str = ""
    named: Named | None = None


class Onward:
    """A step with one way on."""

    __slots__ = ()
    next: str

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.next,)


@dataclass(frozen=True, slots=True)
class Send(Onward):
    """`channels` are tried in their order: it goes by the first for which there is an address and a permission."""

    id: str
    design: Design
    next: str
    channels: tuple[str, ...] = ("email",)
    klass: str = "marketing"
    topic: str = ""
    on_hold: OnHold = OnHold.WAIT


@dataclass(frozen=True, slots=True)
class Exit:
    """What ends a wait sooner: that something happened, or else that a rule about the person holds."""

    to: str
    occurrence: Occurrence | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The date that we remember of the person under `key`, `shift` days later; with `yearly` each year's."""

    key: str
    shift: int = 0
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Until `span` has passed, then until the `day`, then until the person's clock shows `clock` on one of the
    `weekdays` (Monday is 1).

    Whoever meets one of the exits in `sooner` leaves by the first of them at once, the others by `next` when the time
    is over.
    """

    id: str
    span: timedelta
    next: str
    clock: time | None = None
    weekdays: frozenset[int] = frozenset()
    day: Day | None = None
    sooner: tuple[Exit, ...] = ()

    @property
    def exits(self) -> tuple[str, ...]:
        return (*(exit.to for exit in self.sooner), self.next)

    @property
    def pauses(self) -> bool:
        """Whether time surely passes before `next`: a single day may be over, or not known."""
        return bool(self.span) or self.clock is not None or (self.day is not None and self.day.yearly)

    @property
    def watches(self) -> bool:
        """Whether it looks at the person again and again, not only at events."""
        return any(exit.rule for exit in self.sooner)


@dataclass(frozen=True, slots=True)
class Branch:
    """On a rule about the person."""

    id: str
    rule: Rule
    yes: str
    no: str

    @property
    def exits(self) -> tuple[str, ...]:
        return (self.yes, self.no)


@dataclass(frozen=True, slots=True)
class Arm:
    """One way at random, taken by `share` in a hundred."""

    name: str
    share: int
    to: str


@dataclass(frozen=True, slots=True)
class Split:
    """At random, by chance that belongs to the visit. The shares of its arms are a hundred together."""

    id: str
    arms: tuple[Arm, ...]

    @property
    def exits(self) -> tuple[str, ...]:
        return tuple(arm.to for arm in self.arms)


class How(StrEnum):
    """What a step does to what we remember: replace it, add to a list, take from it, or add to a number."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    PLUS = "plus"


@dataclass(frozen=True, slots=True)
class Remember(Onward):
    """Note something about the person, as noticed by the journey."""

    id: str
    key: str
    value: str | int
    next: str
    how: How = How.SET


@dataclass(frozen=True, slots=True)
class Escalation:
    """What becomes of a task that is not done `after` it was due: it goes `to` a colleague, '' for an owner."""

    after: timedelta
    to: str = ""


@dataclass(frozen=True, slots=True)
class Errand(Onward):
    """A task for a colleague (the address they sign in with; '' for whoever comes first), due after `within`."""

    id: str
    task: str
    text: str
    within: timedelta
    next: str
    assignee: str = ""
    escalate: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Hook(Onward):
    """A webhook: tell the system at `url`, which reads `event` as its type."""

    id: str
    url: str
    next: str
    event: str = "journey.step"


@dataclass(frozen=True, slots=True)
class Join(Onward):
    """Begin another journey too, as its entry rule lets people in."""

    id: str
    journey: UUID
    next: str


@dataclass(frozen=True, slots=True)
class Leave(Onward):
    """Leave another journey, wherever they stand on it."""

    id: str
    journey: UUID
    next: str


@dataclass(frozen=True, slots=True)
class Give(Onward):
    """Give an offer, named by its key."""

    id: str
    offer: str
    next: str


@dataclass(frozen=True, slots=True)
class End:
    id: str
    reason: str

    @property
    def exits(self) -> tuple[str, ...]:
        return ()


type Step = Send | Wait | Branch | Split | Remember | Errand | Hook | Join | Leave | Give | End


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a journey. Everything in `steps` can be reached from `start` and leads to an end."""

    trigger: Occurrence
    entry: Entry
    freshness: timedelta
    start: str
    steps: Mapping[str, Step]
    goal: Occurrence | None = None

    def all[S: Step](self, kind: type[S]) -> Iterator[S]:
        """The steps of one kind."""
        return (step for step in self.steps.values() if isinstance(step, kind))
