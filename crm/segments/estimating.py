"""About how many people a rule finds: asked of a sample, where counting all of them would keep somebody waiting."""

import random
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from crm.rules import Rule
from crm.segments import asking
from engage.lib import sql

MANY = 300_000
"""With fewer people than that, counting is quick."""
SAMPLE = 5_000
SEED = 7
"""The same people are asked each time, so that numbers move by the rule and not by chance."""
SURE = 1.96
"""Standard deviations: 95 of 100 such ranges hold the number that counting finds."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """People; `low` and `high` are the ends of its range (Wilson's, at 95 %)."""

    number: int
    low: int
    high: int


def estimate(rule: Rule, *, at: datetime) -> Estimate | None:
    """None where there are few people, or nobody: count them. Three queries, whose cost does not grow with people."""
    ((people, first, last),) = sql.rows(_PEOPLE)
    if first is None or min(people, last - first + 1) < MANY:
        return None
    keys = range(first, last + 1)
    asked = random.Random(SEED).sample(keys, SAMPLE)  # noqa: S311 a sample, no secret
    matching = [contact for _rule, contact in asking.answers({1: rule}, asked, at=at)]
    ((found,),) = sql.rows(_PRESENT, [matching])
    return Estimate(*(_rounded(share * len(keys)) for share in _range(found, SAMPLE)))


def _range(found: int, asked: int) -> tuple[float, float, float]:
    """The share, and the ends of its range."""
    share, z = found / asked, SURE
    middle = share + z * z / (2 * asked)
    reach = z * sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked))
    whole = 1 + z * z / asked
    return share, (middle - reach) / whole, (middle + reach) / whole


def _rounded(number: float) -> int:
    """To three figures: more would look like knowledge."""
    digits = max(len(str(int(number))) - 3, 0)
    return round(number / 10**digits) * 10**digits


_PEOPLE = """
    SELECT (SELECT reltuples FROM pg_class WHERE oid = 'crm_contacts_contact'::regclass), min(id), max(id)
    FROM crm_contacts_contact
"""

_PRESENT = f"SELECT count(*) FROM crm_contacts_contact c WHERE c.id = ANY(%s) AND {asking.PRESENT}"  # noqa: S608 ours
