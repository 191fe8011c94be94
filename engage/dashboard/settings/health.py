"""Health: what the belts are doing, in a few figures and a word for each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.dialogue.ledger import last_check
from crm.dialogue.models import LedgerCheck
from crm.events import queries as events
from crm.events.models import BeltStop
from engage.lib import sql

LATE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Health:
    """`heard` counts events of the last day. A queue is late when its oldest row is due for over a minute."""

    heard: int
    inbox: int
    inbox_oldest: timedelta
    outbox_due: int
    outbox_oldest: timedelta
    walks_due: int
    unread: int
    stopped: list[BeltStop]
    database_bytes: int
    ledger: LedgerCheck | None

    @property
    def is_late(self) -> bool:
        return max(self.inbox_oldest, self.outbox_oldest) > LATE_AFTER


def health(now: datetime) -> Health:
    """Seven queries."""
    backlog = events.backlog()
    ((outbox_due, outbox_oldest, walks_due, size),) = sql.rows(
        """
        SELECT
            (SELECT count(*) FROM (SELECT FROM crm_dialogue_outbox WHERE due <= %(now)s LIMIT 100000) AS due),
            (SELECT min(due) FROM crm_dialogue_outbox WHERE due <= %(now)s),
            (SELECT count(*) FROM
                (SELECT FROM campaigns_journeys_duewait WHERE due <= %(now)s AND NOT parked LIMIT 100000) AS due),
            pg_database_size(current_database())
        """,
        {"now": now},
    )
    return Health(
        heard=events.recorded_since(now - timedelta(days=1)),
        inbox=backlog.waiting,
        inbox_oldest=timedelta(seconds=backlog.oldest),
        outbox_due=outbox_due,
        outbox_oldest=now - outbox_oldest if outbox_oldest else timedelta(0),
        walks_due=walks_due,
        unread=events.unread_letters(),
        stopped=events.stopped_belts(),
        database_bytes=size,
        ledger=last_check(),
    )
