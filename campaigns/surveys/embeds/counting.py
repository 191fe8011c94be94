"""How often a survey was shown and begun, by origin: counted in the cache, and folded into one row a day.

Nothing of it belongs to anybody. Without the cache nothing is counted, and nobody is kept waiting.
"""

from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.cache import caches
from redis.exceptions import RedisError, ResponseError

from campaigns.surveys.origins import LINK, way_of
from crm.business.queries import business
from engage.lib import ids, sql
from engage.lib.local_time import zone_of

SHOWN, BEGUN = "shown", "begun"
MOST_ORIGINS = 50
"""Of one survey: anybody can write a new one into an address. Further ones count as `link`."""

_HASH = "engage:surveys:seen"


def count(survey: int, origin: str, what: str, *, at: datetime) -> None:
    """One command, and no row."""
    day = at.astimezone(zone_of(business().timezone)).date()
    with suppress(RedisError):
        _client().hincrby(_HASH, f"{survey}|{way_of(origin)}|{day}|{what}", 1)


def fold(*, at: datetime) -> None:
    """Add what was counted since to the rows. Two statements; of two at once the second finds nothing."""
    try:
        client = _client()
        taken = f"{_HASH}:{ids.uuid7()}"
        client.rename(_HASH, taken)
        counted = client.hgetall(taken)
        client.delete(taken)
    except ResponseError:  # nothing was counted
        return
    except RedisError:
        return
    totals: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    known = _known()
    for field, number in counted.items():
        survey, origin, day, what = field.decode().split("|")
        names = known[int(survey)]
        if len(names) < MOST_ORIGINS:
            names.add(origin)
        place = origin if origin in names else LINK
        totals[int(survey), place, day][what == BEGUN] += int(number)
    rows = [(*where, *numbers) for where, numbers in totals.items()]
    sql.run(_ADD, [list(column) for column in zip(*rows, strict=True)])


def _known() -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(lambda: {LINK})
    for survey, origin in sql.rows(
        "SELECT DISTINCT survey_id, origin FROM campaigns_surveys_seen "
        "UNION SELECT survey_id, origin FROM campaigns_surveys_placement"
    ):
        found[survey].add(origin)
    return found


def _client() -> Any:
    """Django's own has no hashes."""
    return caches["default"]._cache.get_client(write=True)  # type: ignore[attr-defined]


_ADD = """
    INSERT INTO campaigns_surveys_seen AS s (survey_id, origin, day, shown, begun)
    SELECT n.survey, n.origin, n.day, n.shown, n.begun
    FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::int[], %s::int[]) AS n(survey, origin, day, shown, begun)
    JOIN campaigns_surveys_survey AS v ON v.id = n.survey
    ON CONFLICT (survey_id, origin, day)
        DO UPDATE SET shown = s.shown + excluded.shown, begun = s.begun + excluded.begun
"""
