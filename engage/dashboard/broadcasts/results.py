"""What came of a one-off message: each share with its interval, or that it cannot be told yet."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.broadcasts.models import Broadcast
from engage.lib import likely, sql

LOOKED_AT = 20_000
"""So many who had it are looked at, at most."""

ENOUGH = 20
"""From so many people on a share says something."""


@dataclass(frozen=True, slots=True)
class Share:
    """`low` and `high` are the ends of its interval at 95 %, in hundredths; None where it cannot be told yet."""

    label: str | Promise
    outcome: str
    number: int
    of: int

    @property
    def percent(self) -> int:
        return round(100 * self.number / self.of) if self.of else 0

    @property
    def interval(self) -> tuple[int, int] | None:
        if self.of < ENOUGH:
            return None
        low, high = likely.share(self.number, self.of)
        return round(100 * low), round(100 * high)


@dataclass(frozen=True, slots=True)
class Results:
    """Of `had` people who had it, or the first 20,000 of them (`cut`)."""

    had: int
    shares: list[Share]

    @property
    def cut(self) -> bool:
        return self.had >= LOOKED_AT


def results(broadcast: Broadcast) -> Results:
    """One query, whose cost does not grow beyond what is looked at."""
    ((had, clicked, replied, ordered),) = sql.rows(_RESULTS, [broadcast.origin, LOOKED_AT])
    return Results(
        had,
        [
            Share(_("Followed a link"), "clicked", clicked, had),
            Share(_("Replied"), "replied", replied, had),
            Share(_("Ordered since"), "ordered", ordered, had),
        ],
    )


_RESULTS = """
    SELECT count(*), count(clicked), count(replied), count(*) FILTER (WHERE EXISTS (
        SELECT FROM crm_catalog_order AS o
        WHERE o.contact_id = had.contact_id AND NOT o.refund AND o.at >= had.settled))
    FROM (
        SELECT contact_id, clicked, replied, settled FROM crm_dialogue_message
        WHERE direction = 'out' AND origin = %s AND state IN ('accepted', 'delivered', 'kept') LIMIT %s
    ) AS had
"""
