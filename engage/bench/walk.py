"""`bench walk`: many waits that fall due in the same minute, advanced by one worker of the walking belt.

Each of these people meets a branch on what they did, then a message or a memory, then the next wait.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import connection

from campaigns.journeys import due
from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.brake import lift_brake
from campaigns.journeys.models import Journey
from crm.contacts.models import Contact
from engage import walk
from engage.bench.scratch import busy
from engage.celery import keep_code_out_of_collections
from engage.lib import clock, ids, sql

MINUTE = 60
APART = ("SAVEPOINT", "crm_business_business")
JOURNEY = {
    "trigger": {"event": "Checkout Started"},
    "goal": {"event": "Order Completed"},
    "start": "pause",
    "steps": {
        "pause": {"kind": "wait", "for": {"days": 1}, "next": "bought"},
        "bought": {
            "kind": "branch",
            "rule": {"did": "event", "name": "Product Viewed", "within": {"days": 90}},
            "yes": "write",
            "no": "note",
        },
        "write": {
            "kind": "send",
            "design": {"subject": "Still here, {{ contact.first_name }}", "body": "Your cart waits for you."},
            "class": "marketing",
            "topic": "offers",
            "next": "again",
        },
        "note": {"kind": "remember", "key": "looks_around", "value": "yes", "next": "again"},
        "again": {
            "kind": "wait",
            "for": {"days": 3},
            "exits": [{"event": "Message Clicked", "next": "bye"}],
            "next": "bye",
        },
        "bye": {"kind": "end", "reason": "Through"},
    },
}


def run(*, contacts: int = 100_000, events: int = 500_000) -> dict[str, float]:
    """Of a busy home of that size, where everybody's wait is over."""
    with busy(contacts, events):
        keep_code_out_of_collections()
        return measure()


def measure() -> dict[str, float]:
    """Seconds until everybody moved on, the share of them in which the worker waits for the database, and the
    statements of a chunk: of the first full ones, and of the last."""
    at = clock.now()
    journey = create_journey(name="Checkout", draft=JOURNEY, by="bench", at=at)
    publish(journey, by="bench", at=at)
    lift_brake(journey, by="bench", at=at)
    people = _let_wait(journey, at - timedelta(seconds=MINUTE))
    chunks: list[int] = []
    began, worked = time.perf_counter(), time.process_time()
    while True:
        with _counted() as count:
            if not walk.step():
                break
        chunks.append(count())
    spent, worked = time.perf_counter() - began, time.process_time() - worked
    moved = journey.enrolments.filter(step="again", visit=4).count()
    assert moved == people, f"{moved} of {people} moved on"
    return {
        "people": people,
        "seconds": round(spent, 1),
        "per_second": round(people / spent),
        "waiting_for_the_database": round(1 - worked / spent, 2),
        "statements_of_a_chunk": chunks[len(chunks) // 2],
        "most_statements": max(chunks[1:], default=chunks[0]),
    }


def _let_wait(journey: Journey, since: datetime) -> int:
    """Everybody stands at the first wait, which ended at some moment of the last minute."""
    chance, version = random.Random(7), journey.current_id  # noqa: S311 figures, no secrets
    people = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    for part in batched(people, due.CHUNK, strict=False):
        sql.run(
            _STAND,
            {
                "journey": journey.pk,
                "version": version,
                "since": since,
                "uids": [ids.uuid7() for _ in part],
                "people": list(part),
                "over": [since + timedelta(seconds=chance.uniform(0, MINUTE)) for _ in part],
            },
        )
    sql.run("ANALYZE campaigns_journeys_enrolment, campaigns_journeys_duewait")
    return len(people)


@contextmanager
def _counted() -> Iterator[Callable[[], int]]:
    """How many statements were sent meanwhile; savepoints, and the shop's row that is read once a second, apart."""
    sent = 0

    def note(execute: Callable[..., Any], statement: str, *rest: Any) -> Any:
        nonlocal sent
        sent += not any(apart in statement for apart in APART)
        return execute(statement, *rest)

    with connection.execute_wrapper(note):
        yield lambda: sent


_STAND = """
    WITH stood AS (
        INSERT INTO campaigns_journeys_enrolment
            (uid, journey_id, version_id, contact_id, recorded_for_id, entry, step, event, state, visit, began)
        SELECT uid, %(journey)s, %(version)s, contact, contact, uid::text, 'pause', '{}', 'active', 1, %(since)s
        FROM unnest(%(uids)s::uuid[], %(people)s::bigint[]) AS e(uid, contact)
        RETURNING id, contact_id
    ), path AS (
        INSERT INTO campaigns_journeys_visit (enrolment_id, number, step, at, decision)
        SELECT id, 1, 'pause', %(since)s, '{"kind": "wait"}' FROM stood
    )
    INSERT INTO campaigns_journeys_duewait (enrolment_id, since, until, due, looks_for)
    SELECT stood.id, %(since)s, over.at, over.at, '{Order Completed}' FROM stood
    JOIN unnest(%(people)s::bigint[], %(over)s::timestamptz[]) AS over(contact, at) ON over.contact = stood.contact_id
"""
