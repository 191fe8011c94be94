"""A broadcast is done when nothing of it waits any more and its sums add up; not before."""

from datetime import datetime, timedelta

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.queueing import LOOK_AGAIN, look_again
from campaigns.broadcasts.withdrawing import has_turns, waits
from crm.dialogue.actions import lift_hold
from crm.dialogue.ledger import sums

State = Broadcast.State
JUST_NOW = timedelta(minutes=1)
UNBALANCED = "unbalanced"
"""The problem of a broadcast of which nothing waits, and whose sums do not add up."""


def end(broadcast: Broadcast, at: datetime) -> int:
    """End it, if it is at its end; of a live audience look first who came. Two queries, one more at the end."""
    running = broadcast.state == State.RUNNING
    live = running and broadcast.audience == Broadcast.Audience.LIVE
    over = not has_turns(broadcast) and not waits(broadcast)
    if live and _to_look(broadcast, over, at):
        look_again(broadcast)
        return 1
    if not over:
        return 0
    if not all(found.adds_up and found.due == broadcast.due for found in sums([broadcast.origin])):
        broadcast.problem = UNBALANCED
        return 0
    if running:
        broadcast.state, broadcast.state_at = State.DONE, at
    lift_hold(origin=broadcast.origin, by=broadcast.state_by, at=at)
    broadcast.finished = at
    return 1


def _to_look(broadcast: Broadcast, over: bool, at: datetime) -> bool:
    """Every few minutes; and at the end once more, unless that was just now."""
    looked = broadcast.looked_again
    return looked is not None and at - looked >= (JUST_NOW if over else LOOK_AGAIN)
