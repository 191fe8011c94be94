"""The work on broadcasts: one short transaction at a time, each saying how far it is, so that a kill loses nothing.

Whoever works on a broadcast holds its advisory lock until the transaction ends; nobody else works on it then. What
people decide meanwhile is not kept waiting: the row is written last, and only if nobody decided anything since it was
read, else all of the transaction is undone.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from campaigns.broadcasts.beginning import begin
from campaigns.broadcasts.brakes import pulls
from campaigns.broadcasts.deciding import decide
from campaigns.broadcasts.ending import end
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.progress import beat
from campaigns.broadcasts.queueing import queue_slice
from campaigns.broadcasts.reaching import probe
from campaigns.broadcasts.releasing import release
from campaigns.broadcasts.withdrawing import cancel_slice, take_back_slice
from engage.lib import belts, clock, live, sql

log = logging.getLogger(__name__)

State = Broadcast.State
SPACE = 0x62_72_63_74
"""Of advisory locks: those of broadcasts."""
WORK = (
    *("state", "state_at", "state_by", "brake", "starts", "began", "whom", "upto", "cursor", "queued", "looked_again"),
    *("due", "released", "paced", "batch_left", "pulse", "decide_at", "decided", "decided_by", "winner", "verdict"),
    *("finished", "problem", "probe"),
)
"""What the belt writes on the row."""

type Stage = Callable[[Broadcast, datetime], int]
"""Does a piece of work, which it also notes on the row, and returns how much; 0 where there was nothing to do."""


class Overtaken(Exception):
    """Somebody decided something about the broadcast meanwhile."""


def run() -> int:
    """Carry on with all broadcasts that are under way, for ten seconds at most; how much was done."""
    return belts.drain(lambda: step(clock.now()))


def step(at: datetime) -> int:
    """A piece of work on each broadcast that is under way. One query, and the work."""
    under_way = Broadcast.objects.filter(finished=None).exclude(state=State.DRAFT).order_by("id")
    return sum(carry_on(pk, at=at) for pk in under_way.values_list("pk", flat=True))


def carry_on(pk: int, *, at: datetime) -> int:
    """A piece of work on one broadcast, if nobody else is at it; how much was done."""
    try:
        with transaction.atomic():
            ((mine,),) = sql.rows("SELECT pg_try_advisory_xact_lock(%s, %s)", [SPACE, pk])
            if not mine:
                return 0
            broadcast = Broadcast.objects.get(pk=pk)
            before = {name: getattr(broadcast, name) for name in WORK}
            broadcast.problem = ""
            done = next((n for stage in STAGES[State(broadcast.state)] if (n := stage(broadcast, at))), 0)
            _write(broadcast, before)
            return done
    except Overtaken:
        return 1
    except belts.PASSING:
        raise
    except Exception as error:  # one that cannot go on keeps no other from it
        log.warning("work on broadcast %s failed: %s", pk, type(error).__name__)
        Broadcast.objects.filter(pk=pk).update(problem=type(error).__name__[:120])
        return 0


def _write(broadcast: Broadcast, before: dict) -> None:
    """Raises Overtaken."""
    changed = {name: value for name in WORK if (value := getattr(broadcast, name)) != before[name]}
    if not changed:
        return
    if not Broadcast.objects.filter(pk=broadcast.pk, moves=broadcast.moves).update(**changed):
        raise Overtaken
    transaction.on_commit(lambda: live.publish("broadcasts", {"id": str(broadcast.uid)}))


STAGES: dict[State, tuple[Stage, ...]] = {
    State.SCHEDULED: (begin,),
    State.STARTING: (begin,),
    State.RUNNING: (queue_slice, pulls, decide, beat, probe, release, end),
    State.PAUSED: (queue_slice, take_back_slice),
    State.CANCELLED: (cancel_slice, end),
    State.DRAFT: (),
    State.DONE: (),
}
"""What is tried in each state, until something was done."""
