"""From the countdown, or the hour it was put down for, to the first slice of its audience."""

from datetime import datetime, timedelta

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.preparing import LEAST_DAYS
from campaigns.broadcasts.queueing import span_of_contacts
from crm.dialogue.models import Occasion

State = Broadcast.State


def begin(broadcast: Broadcast, at: datetime) -> int:
    """Begin it, if its time has come. Four queries."""
    if broadcast.starts is None:
        broadcast.starts = _reminds_at(broadcast)
    if broadcast.starts is None or broadcast.starts > at:
        return 0
    Occasion.objects.update_or_create(origin=broadcast.origin, defaults={"label": broadcast.name})
    broadcast.state, broadcast.state_at, broadcast.began = State.RUNNING, at, at
    broadcast.cursor, broadcast.upto = span_of_contacts()
    letters = list(broadcast.variants.values_list("letter", flat=True))
    broadcast.winner = letters[0] if len(letters) == 1 else ""
    return 1


def _reminds_at(broadcast: Broadcast) -> datetime | None:
    """So many days after what it reminds of was done; None while that is under way."""
    first = broadcast.follows
    if first is None or first.finished is None:
        return None
    return first.finished + timedelta(days=max(LEAST_DAYS, broadcast.after_days or 0))
