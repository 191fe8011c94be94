"""Reads on everything we say: what goes out, what became of it, what is kept in the Outbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from crm.dialogue.ledger import TERMS, Sums, sums
from crm.dialogue.models import Message
from crm.dialogue.outbox import NEVER
from engage.dashboard.messages.origins import origin_texts, recent_origins
from engage.lib import sql
from engage.lib.cursor import Page, page_by_time

QUEUE_LOOK = 10_000
"""How far into the queue the sums look: beyond that a page says "more than"."""


SHOWN: dict[str, tuple[str, ...]] = {
    "waiting": TERMS["waiting"],
    "sent": tuple(state for state in TERMS["sent"] if state != Message.State.KEPT),
    "kept": (Message.State.KEPT,),
    "withheld": TERMS["withheld"],
    "failed": TERMS["failed"],
    "unknown": TERMS["unknown"],
}
"""The terms of the sum as people read them."""


@dataclass(frozen=True)
class Queued:
    """What one origin has in the queue. `first` is when the next is due, None while all wait for a condition."""

    origin: str
    text: str
    messages: int
    waiting: int
    first: datetime | None


@dataclass(frozen=True)
class Accounted:
    """The sums of one origin, with its words."""

    text: str
    sums: Sums

    @property
    def gone(self) -> int:
        """Sent in earnest; what Test keeps in the Outbox is never called sent."""
        return self.sums.sent - self.sums.kept


def queue() -> list[Queued]:
    """The queue by origin, the fullest first. Three queries."""
    found = sql.rows(
        """
        SELECT m.origin, count(*), count(*) FILTER (WHERE m.state = 'waiting'),
            min(o.due) FILTER (WHERE o.due < %s)
        FROM (SELECT message_id, due FROM crm_dialogue_outbox ORDER BY lane, due LIMIT %s) AS o
        JOIN crm_dialogue_message AS m ON m.id = o.message_id
        GROUP BY m.origin ORDER BY count(*) DESC, m.origin
        """,
        [NEVER, QUEUE_LOOK],
    )
    texts = origin_texts([row[0] for row in found])
    return [Queued(origin, texts[origin], *rest) for origin, *rest in found]


def next_out(most: int = 50) -> list[Message]:
    """The next to leave and what waits, in the order of the queue. One query."""
    waiting = Message.objects.filter(outbox__isnull=False).select_related("contact", "content")
    return list(waiting.order_by("outbox__lane", "outbox__due")[:most])


def accounts() -> list[Accounted]:
    """The sums of what spoke last. Four queries."""
    origins = recent_origins()
    texts = origin_texts(origins)
    found = {row.origin: row for row in sums(origins)} if origins else {}
    return [Accounted(texts[origin], found[origin]) for origin in origins if origin in found]


def ledger(*, term: str = "", origin: str = "", cursor: str = "") -> Page[Message]:
    """Outgoing messages, the latest first, of one term of the sum and one origin if given. One query."""
    found = _outgoing()
    if term in SHOWN:
        found = found.filter(state__in=SHOWN[term])
    if origin:
        found = found.filter(origin=origin)
    return page_by_time(found, cursor)


def kept(cursor: str = "") -> Page[Message]:
    """What Test kept from going out. One query."""
    return page_by_time(_outgoing().filter(state=Message.State.KEPT), cursor)


def _outgoing() -> QuerySet[Message]:
    return Message.objects.filter(direction=Message.Direction.OUT).select_related("contact", "topic", "content")
