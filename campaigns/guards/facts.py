"""What guards look at: everything about one message and its contact, read beforehand."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

USEFUL = timedelta(days=3)
"""So long after it was due a message still says something."""


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """The latest statement for the message's channel and topic."""

    granted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LeavingFact:
    """They may be leaving since then; `asked`: they wrote how to. `who` talks with them, '' if nobody was named."""

    since: datetime
    asked: bool
    who: str


@dataclass(frozen=True, slots=True)
class HeldFact:
    """A colleague holds what comes from this origin; `because` may be empty."""

    since: datetime
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What the owner set. Quiet hours are the contact's local time and may span midnight."""

    weekly_cap: int
    quiet_from: time
    quiet_until: time
    between_questions: timedelta = timedelta(days=14)
    useful: timedelta = USEFUL
    answering: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Facts:
    klass: str
    due: datetime
    topic: str
    address: str
    zone: tzinfo
    limits: Limits
    channel: str = "email"
    needs_address: bool = True
    asks_permission: bool = True
    useful: timedelta | None = None
    suppressed: str = ""
    suppressed_at: datetime | None = None
    suppressed_until: datetime | None = None
    consent: ConsentFact | None = None
    everything_stopped: bool = False
    held: HeldFact | None = None
    sender_refused: bool = False
    warming_until: datetime | None = None
    stopped: bool = False
    paused_until: datetime | None = None
    leaving: LeavingFact | None = None
    talking_since: datetime | None = None
    sent_this_week: tuple[datetime, ...] = ()
    did_something: datetime | None = None
    asks: bool = False
    asked: datetime | None = None
    sold_out: bool = False
