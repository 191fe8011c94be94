"""Reads on everything we say: what goes out, what became of it, what is kept in the Outbox."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from crm.dialogue.ledger import TERMS, Day, Sums, days, sums
from crm.dialogue.models import Message, SentAgain
from engage.dashboard.messages.origins import origin_texts, recent_origins
from engage.lib.cursor import Page, page_by_time

SHOWN: dict[str, tuple[str, ...]] = {
    "waiting": TERMS["waiting"],
    "sent": tuple(state for state in TERMS["sent"] if state != Message.State.KEPT),
    "kept": (Message.State.KEPT,),
    "withheld": TERMS["withheld"],
    "failed": TERMS["failed"],
    "unknown": TERMS["unknown"],
}
"""The terms of the sum as people read them."""

TWICE = "twice"
"""No term: what went out once more, though it may have gone out before."""


DAYS = 14
"""So far back goes the list of days."""


@dataclass(frozen=True)
class Accounted:
    """The sums of one origin, with its words."""

    text: str
    sums: Sums

    @property
    def gone(self) -> int:
        """Sent in earnest; what Test keeps in the Outbox is never called sent."""
        return self.sums.sent - self.sums.kept


def next_out(why: str = "", most: int = 50) -> list[Message]:
    """The next to leave and what waits, in the order of the queue; or what waits for the reason `why`. One query."""
    if why:
        waiting = Message.objects.filter(state=Message.State.WAITING, why=why).order_by("at")
    else:
        waiting = Message.objects.filter(outbox__isnull=False).order_by("outbox__lane", "outbox__due")
    return list(waiting.select_related("contact", "content")[:most])


def accounts() -> list[Accounted]:
    """The sums of what spoke last. Four queries."""
    origins = recent_origins()
    texts = origin_texts(origins)
    found = {row.origin: row for row in sums(origins)} if origins else {}
    return [Accounted(texts[origin], found[origin]) for origin in origins if origin in found]


def last_days(origin: str = "", *, now: datetime) -> list[Day]:
    """The sums of the last DAYS days on which something was decided, the latest first. One query."""
    return days(since=now.astimezone(UTC).date() - timedelta(days=DAYS - 1), origin=origin)


def ledger(*, term: str = "", origin: str = "", day: date | None = None, cursor: str = "") -> Page[Message]:
    """Outgoing messages, the latest first, of one term of the sum, one origin and one day if given. One query."""
    found = _outgoing()
    if term in SHOWN:
        found = found.filter(state__in=SHOWN[term])
    if term == TWICE:
        found = found.filter(Exists(SentAgain.objects.filter(message=OuterRef("pk"))))
    if origin:
        found = found.filter(origin=origin)
    if day:
        begins = datetime.combine(day, time(), UTC)
        found = found.filter(received__gte=begins, received__lt=begins + timedelta(days=1))
    return page_by_time(found, cursor)


def kept(cursor: str = "") -> Page[Message]:
    """What Test kept from going out. One query."""
    return page_by_time(_outgoing().filter(state=Message.State.KEPT), cursor)


def _outgoing() -> QuerySet[Message]:
    return Message.objects.filter(direction=Message.Direction.OUT).select_related(
        "contact", "topic", "content", "inside"
    )
