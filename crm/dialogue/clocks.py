"""The clocks of a conversation: pure. By when it is to be answered and by when it is to be done, in working time.

The clock of the answer runs while their words wait for one, and begins with the first of them. The clock of the whole
runs while it is in our hands, and stands still while we wait for them or it is put off.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from crm.business.hours import Week, after, worked
from crm.business.models import Business
from crm.dialogue.models import Conversation

State = Conversation.State
LAST = 4
"""It is soon when this part of the time is left: a quarter."""
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Targets:
    """How much working time an answer and the whole may take; None: no clock."""

    answer: timedelta | None
    settle: timedelta | None


@dataclass(frozen=True, slots=True)
class Times:
    """What is kept of the two clocks; see `models.Clock`."""

    owed_since: datetime | None = None
    answer_soon: datetime | None = None
    answer_due: datetime | None = None
    settle_since: datetime | None = None
    settle_left: timedelta | None = None
    settle_soon: datetime | None = None
    settle_due: datetime | None = None


FIELDS = tuple(Times.__dataclass_fields__)


def targets_of(shop: Business) -> Targets:
    return Targets(shop.answer_within, shop.settle_within)


def digest(targets: Targets, week: Week) -> str:
    """Changes when the hours, the holidays or the targets do."""
    parts = (sorted(week.days), week.begins, week.ends, week.zone.key, sorted(week.holidays), sorted(week.yearly))
    return sha256(repr((targets, parts, week.closed)).encode()).hexdigest()[:32]


def moved(
    times: Times, state: str, at: datetime, targets: Targets, week: Week, *, owed: datetime | None = None
) -> Times:
    """The clocks after the conversation came into `state` at `at`. The same state again changes
    nothing, unless hours or targets are others. `owed`: since when they wait, where that was before it moved."""
    ours = state == State.NEEDS_ANSWER
    owed_since = (times.owed_since or owed or at) if ours else None
    since, left = times.settle_since, times.settle_left
    if left is None or targets.settle is None:
        left, since = targets.settle, None
    if ours:
        since = since or (at if left is not None else None)
    elif since is not None:
        left, since = max((left or NOTHING) - worked(since, at, week), NOTHING), None
    answer_soon, answer_due = _ends(owed_since, targets.answer, targets.answer, week)
    settle_soon, settle_due = _ends(since, left, targets.settle, week)
    return Times(owed_since, answer_soon, answer_due, since, left, settle_soon, settle_due)


def next_alarm(times: Times, told: datetime | None, targets: Targets) -> datetime | None:
    """The next moment of which somebody is to hear. A time that was soon, or up, before it stood still was told."""
    moments = [times.answer_soon, times.answer_due]
    if times.settle_left and targets.settle:
        moments += [times.settle_due, *([times.settle_soon] if times.settle_left > targets.settle / LAST else [])]
    return min((one for one in moments if one and (told is None or one > told)), default=None)


def _ends(
    since: datetime | None, left: timedelta | None, target: timedelta | None, week: Week
) -> tuple[datetime | None, datetime | None]:
    """When it is soon, and when it is due."""
    if since is None or left is None or target is None:
        return None, None
    return after(since, max(left - target / LAST, NOTHING), week), after(since, left, week)
