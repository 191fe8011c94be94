"""Reads on what waits behind a switch, and on what is held."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from crm.dialogue.models import Hold
from engage.lib import sql


@dataclass(frozen=True, slots=True)
class Pile:
    """What one origin has behind a switch: how many messages, since when the oldest was due, how many were due before
    the moments asked for."""

    origin: str
    count: int
    since: datetime
    late: int
    useless: int


def piles(why: str, *, late: datetime, useless: datetime, origin: str = "") -> list[Pile]:
    """By origin, the largest first; of one, if given. One query, off an index."""
    rows = sql.rows(
        """
        SELECT origin, count(*), min(at), count(*) FILTER (WHERE at < %(late)s),
            count(*) FILTER (WHERE at < %(useless)s)
        FROM crm_dialogue_message
        WHERE state = 'waiting' AND why = %(why)s AND (%(origin)s = '' OR origin = %(origin)s)
        GROUP BY origin ORDER BY count(*) DESC, origin
        """,
        {"why": why, "late": late, "useless": useless, "origin": origin},
    )
    return [Pile(*row) for row in rows]


def standing_holds() -> QuerySet[Hold]:
    """What is held, the latest first. One query."""
    return Hold.objects.filter(lifted=None).order_by("-at", "-id")
