"""Reads on broadcasts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.broadcasts import preparing
from campaigns.broadcasts.brakes import BRAKE
from campaigns.broadcasts.comparing import p_value
from campaigns.broadcasts.deciding import outcomes
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.pacing import per_second
from campaigns.broadcasts.progress import rate, time_left
from campaigns.broadcasts.releasing import pace_of
from crm.dialogue.ledger import Sums, sums
from engage.lib import ids

State = Broadcast.State


def broadcasts(*, states: Collection[str] = ()) -> QuerySet[Broadcast]:
    """The latest first; of these states, if any are named."""
    found = Broadcast.objects.select_related("topic", "campaign", "follows").order_by("-id")
    return found.filter(state__in=states) if states else found


def of_origin(origin: str, state: str) -> Broadcast | None:
    """The one whose messages have this origin, if it is in this state. One query."""
    kind, _, uid = origin.partition(":")
    if kind != "broadcast" or not ids.is_uid(uid):
        return None
    return Broadcast.objects.filter(uid=uid, state=state).first()


def braked() -> list[Broadcast]:
    """Those that paused themselves and wait for somebody to look, the latest first. One query."""
    return list(Broadcast.objects.filter(state=State.PAUSED, state_by=BRAKE).order_by("-state_at", "-id"))


def ledger(broadcast: Broadcast) -> Sums:
    """Its sums; zeros before it began. One query, whose cost grows with its messages."""
    empty = Sums(broadcast.origin, broadcast.name, *[0] * 7)
    return next(iter(sums([broadcast.origin])), empty)


@dataclass(frozen=True, slots=True)
class Progress:
    """`turns` are still to come; `per_second` is how fast they did lately; `left` until the last, None: cannot tell."""

    due: int
    released: int
    turns: int
    per_second: float
    left: timedelta | None


def progress(broadcast: Broadcast, *, now: datetime) -> Progress:
    """How far it is, from the row alone: no query."""
    turns = broadcast.due - broadcast.released
    speed = rate(broadcast.pulse, now)
    limit = per_second(pace_of(broadcast))
    left = time_left(turns, speed, limit) if broadcast.state == State.RUNNING else None
    return Progress(broadcast.due, broadcast.released, turns, speed, left)


@dataclass(frozen=True, slots=True)
class Version:
    """How a version did so far. `chance`: how often chance alone would show as large a difference to another."""

    letter: str
    subject: str
    people: int
    did: int
    chance: float


def versions(broadcast: Broadcast) -> list[Version]:
    """Each version's people and what they did, of sample and rest together. Three queries."""
    found = outcomes(broadcast)
    return [
        Version(
            one.letter,
            one.subject,
            found[one.letter].people,
            found[one.letter].did,
            max((p_value(found[one.letter], other) for key, other in found.items() if key != one.letter), default=1.0),
        )
        for one in preparing.versions(broadcast)
        if one.letter in found
    ]
