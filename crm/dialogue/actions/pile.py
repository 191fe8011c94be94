"""What piled up behind a switch, once it is lifted: dropped or let go, as its row says.

Lifting is one row; the pile is worked off from there in slices, by whoever comes: the page at once, then the sweep. So
nothing is lost when a process dies, and what a chunk under way adds a moment later is found too.
"""

import time
from datetime import datetime, timedelta

from django.db.models import QuerySet

from crm.contacts.models import Pause
from crm.dialogue.models import Hold, SenderStop
from engage.lib import sql, wake

EVERYTHING_STOPPED = "everything_stopped"
"""The reason's code on a message that waits until the pause of everything is lifted."""

HELD = "held"
"""The same of one that waits until its origin is held no more."""

SENDER_REFUSED = "sender_refused"
"""The same of one that waits because mail servers refuse whatever comes from us."""

SLICE = 10_000
"""Messages per statement, so that no transaction is long."""

STRAGGLERS = timedelta(minutes=5)
"""So long after lifting a chunk that was decided before may still add to the pile."""


def hold_origin(*, origin: str, because: str = "", by: str, at: datetime) -> Hold:
    """Let nothing of this origin out until it is lifted; where it is held already, that stands."""
    held, _ = Hold.objects.get_or_create(origin=origin, lifted=None, defaults={"by": by, "at": at, "because": because})
    return held


def lift_hold(*, origin: str, drop_before: datetime | None = None, by: str, at: datetime) -> bool:
    """Let the origin speak again, but for what was due before `drop_before`; False if it was not held."""
    standing = Hold.objects.filter(origin=origin, lifted=None)
    return bool(standing.update(lifted=at, lifted_by=by, drop_before=drop_before))


def work_off(*, at: datetime, seconds: float) -> int:
    """Drop or let go what piled up behind what was lifted, for about so long. Returns how many messages.

    What is let go meets all guards again. Five queries, and one statement for each 10,000 messages.
    """
    end, total = time.monotonic() + seconds, 0
    for switch, why, origin in _lifted():
        params = {"why": why, "origin": origin, "drop_before": switch.drop_before, "at": at, "slice": SLICE}
        while worked := sql.rows(_WORK_OFF, params)[0][0]:
            total += worked
            wake.wake("speak")
            if time.monotonic() > end:
                return total
        if switch.lifted and switch.lifted < at - STRAGGLERS:
            switch.settled = at
            switch.save(update_fields=["settled"])
    return total


def _lifted() -> list[tuple[Pause | Hold | SenderStop, str, str]]:
    """What was lifted, does not stand again, and may have left a pile; the latest first."""
    standing = Hold.objects.filter(lifted=None).values("origin")
    holds = Hold.objects.filter(lifted__isnull=False, settled=None).exclude(origin__in=standing).order_by("-lifted")
    return [
        *((stop, SENDER_REFUSED, "") for stop in _unsettled(SenderStop.objects.all())),
        *((pause, EVERYTHING_STOPPED, "") for pause in _unsettled(Pause.objects.filter(contact=None))),
        *((hold, HELD, hold.origin) for hold in holds),
    ]


def _unsettled[S: (Pause, SenderStop)](switches: QuerySet[S]) -> QuerySet[S]:
    """Of a switch that stands once at most: none while it stands."""
    lifted = switches.filter(lifted__isnull=False, settled=None).order_by("-lifted")
    return lifted.none() if switches.filter(lifted=None).exists() else lifted


_WORK_OFF = """
    WITH chosen AS MATERIALIZED (
        SELECT id, lane, COALESCE(at < %(drop_before)s, false) AS late FROM crm_dialogue_message
        WHERE state = 'waiting' AND why = %(why)s AND (%(origin)s = '' OR origin = %(origin)s)
        LIMIT %(slice)s FOR UPDATE SKIP LOCKED
    ), dropped AS (
        UPDATE crm_dialogue_message SET state = 'withheld', until = NULL, settled = %(at)s, detail = '{}',
            why = CASE WHEN %(why)s = 'held' THEN 'dropped_after_hold' ELSE 'dropped_after_pause' END
        WHERE id IN (SELECT id FROM chosen WHERE late)
    ), emptied AS (
        DELETE FROM crm_dialogue_outbox WHERE message_id IN (SELECT id FROM chosen WHERE late)
    ), released AS (
        UPDATE crm_dialogue_message SET until = %(at)s, why = '', detail = '{}'
        WHERE id IN (SELECT id FROM chosen WHERE NOT late) RETURNING id, lane
    ), queued AS (
        INSERT INTO crm_dialogue_outbox (message_id, lane, due) SELECT id, lane, %(at)s FROM released
        ON CONFLICT (message_id) DO UPDATE SET due = excluded.due
    )
    SELECT count(*) FROM chosen
"""
