"""`bench segments`: counting a group of three conditions beside the best SQL written by hand, and asking who of a
thousand touched people is in it."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median

from django.db.models import Max, Min

from crm.contacts.models import Contact
from crm.rules import Rule, parse
from crm.segments import asking, queries
from engage.bench.scratch import busy
from engage.lib import clock, sql

ROUNDS = 7
TOUCHED = 1000

RULE = {
    "all": [
        {"field": "contact.language", "op": "is", "value": "en"},
        {"did": "order", "within": {"days": 90}, "count": {"op": "at_least", "value": 2}},
        {"none": [{"did": "event", "name": "Cart Left", "within": {"days": 30}}]},
    ]
}

BY_HAND = """
    SELECT count(*) FROM crm_contacts_contact c
    JOIN (
        SELECT contact_id FROM crm_catalog_order
        WHERE at > %(now)s - interval '90 days' AND at <= %(now)s AND NOT refund GROUP BY 1 HAVING count(*) >= 2
    ) o ON o.contact_id = c.id
    WHERE c.language = 'en' AND c.merged_into_id IS NULL AND c.erased IS NULL
    AND NOT EXISTS (
        SELECT FROM crm_events_event e WHERE e.contact_id = c.id AND e.name = 'Cart Left'
        AND e.at > %(now)s - interval '30 days' AND e.at <= %(now)s AND e.received > %(now)s - interval '30 days'
    )
"""


def run(*, contacts: int = 200_000, events: int = 2_000_000) -> dict[str, float]:
    """Of a busy home of that size: seconds of our count and of the control, and milliseconds for those touched."""
    with busy(contacts, events):
        return measure() | {"contacts": contacts, "events": events}


def measure() -> dict[str, float]:
    """On the database as it is; only reads. The ratio is the control's time by ours, each the median of its rounds."""
    rule, now = parse(RULE), clock.now()
    asked = _bounds()
    counted, ours, by_hand = queries.count(rule, at=now), [], []
    assert counted == sql.rows(BY_HAND, {"now": now})[0][0], "both must count the same people"
    for _round in range(ROUNDS):
        ours.append(_seconds(lambda: queries.count(rule, at=now)))
        by_hand.append(_seconds(lambda: sql.rows(BY_HAND, {"now": now})))
    return {
        "matching": counted,
        "count_seconds": round(median(ours), 4),
        "by_hand_seconds": round(median(by_hand), 4),
        "ratio": round(median(by_hand) / median(ours), 3),
        "touched": TOUCHED,
        "membership_ms": _membership(rule, asked),
    }


def _membership(rule: Rule, asked: tuple[int, int]) -> float:
    """Each round asks of other people, so that what it reads is no nearer than in a belt's chunk."""
    chance, times = random.Random(7), []  # noqa: S311 figures, no secrets
    for number in range(ROUNDS):
        people = chance.sample(range(*asked), min(TOUCHED, asked[1] - asked[0]))
        at = clock.now() - timedelta(seconds=number)
        times.append(_seconds(partial(asking.answers, {1: rule}, people, at=at)))
    return round(median(times) * 1000, 1)


def _bounds() -> tuple[int, int]:
    found = Contact.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return found["first"], found["last"] + 1


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
