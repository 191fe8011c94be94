"""How long people wait who asked for a person: by the way they wrote, in the last days, and who waits now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.dialogue.models import Conversation
from engage.lib import sql

FEW = 5
"""Of fewer than so many, each is told: half of them says nothing."""


@dataclass(frozen=True)
class FirstWord:
    """Of one channel: how many heard a person's first word, after how long half of them and the slowest; each where
    they are few; how many were done without one, and how many wait, since when."""

    channel: str
    came: int
    median: timedelta | None
    slowest: timedelta | None
    each: list[timedelta]
    never: int
    waiting: int
    since: datetime | None

    @property
    def are_few(self) -> bool:
        return 0 < self.came < FEW


def first_words(since: datetime) -> list[FirstWord]:
    """Who asked since then, and whoever still waits, by channel, those first who wait. One query."""
    done = Conversation.State.DONE
    rows = sql.rows(_FIRST_WORDS, {"since": since, "done": done, "few": FEW - 1})
    return [FirstWord(*row) for row in rows]


_FIRST_WORDS = """
    WITH wanted AS (
        SELECT channel, state, person_wanted, person_came - person_wanted AS span,
            person_wanted >= %(since)s AS lately
        FROM crm_dialogue_conversation
        WHERE person_wanted IS NOT NULL AND spam IS NULL
          AND (person_wanted >= %(since)s OR (person_came IS NULL AND state <> %(done)s))
    )
    SELECT channel, count(span) FILTER (WHERE lately), percentile_cont(0.5) WITHIN GROUP (ORDER BY span), max(span),
        coalesce((array_agg(span ORDER BY span) FILTER (WHERE span IS NOT NULL))[1:%(few)s], '{}'),
        count(*) FILTER (WHERE span IS NULL AND state = %(done)s),
        count(*) FILTER (WHERE span IS NULL AND state <> %(done)s),
        min(person_wanted) FILTER (WHERE span IS NULL AND state <> %(done)s)
    FROM wanted GROUP BY channel ORDER BY count(*) FILTER (WHERE span IS NULL AND state <> %(done)s) DESC, channel
"""
"""Who came before is in `wanted` only if nobody has come, so that every span is of the last days."""
