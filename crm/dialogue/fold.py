"""What a message's row says after everything that came back about it: a pure join.

Reports come in any order and any number of times. `fold` takes the earliest time of each kind and the worst of what
mail servers said, so that it is commutative, associative and idempotent: the end is the same whatever came first.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crm.dialogue.models import Message, Report

State = Message.State
Kind = Report.Kind

HANDED = frozenset({State.CLAIMED, State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.UNKNOWN})
"""Only what may have left can be reported on; a report of anything else is a mistake or a forgery."""

_SEVERITY = {"soft": 1, "block": 2, "hard": 3}


@dataclass(frozen=True, slots=True)
class Bounce:
    """Why a mail came back. `kind` is hard (no such mailbox), block (refused for who sends it or what it says) or soft
    (full, away, unclear); `words` are the server's."""

    kind: str
    cause: str = ""
    words: str = ""

    @property
    def _order(self) -> tuple[int, str, str]:
        return _SEVERITY[self.kind], self.cause, self.words


@dataclass(frozen=True, slots=True)
class Standing:
    """What has come back about one message so far: when first, and the worst refusal."""

    delivered: datetime | None = None
    bounced: datetime | None = None
    complained: datetime | None = None
    opened: datetime | None = None
    clicked: datetime | None = None
    bounce: Bounce | None = None


TIMES = ("delivered", "bounced", "complained", "opened", "clicked")


def fold(standing: Standing, kind: str, at: datetime, bounce: Bounce | None = None) -> Standing:
    """`standing` and one more report. Kinds that leave no trace on the row change nothing."""
    if kind not in TIMES:
        return standing
    known: datetime | None = getattr(standing, kind)
    changes: dict[str, Any] = {kind: at if known is None else min(known, at)}
    if kind == Kind.BOUNCED:
        changes["bounce"] = _worst(standing.bounce, bounce)
    return replace(standing, **changes)


def state_after(before: str, standing: Standing) -> str:
    """The message's state: what came back decides over what we knew when we handed it over, and coming back over
    arriving, because a server in between may have taken it before another refused it."""
    if before not in HANDED:
        return before
    if standing.bounced:
        return State.BOUNCED
    arrived = standing.delivered or standing.complained or standing.opened or standing.clicked
    return State.DELIVERED if arrived else before


def _worst(one: Bounce | None, other: Bounce | None) -> Bounce | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda bounce: bounce._order)
