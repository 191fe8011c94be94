"""The listening belt beside COPY of the same events into the event table with its indexes.

A first chunk goes before the clock runs: a worker lives for days, and loads its code and its rules once.
"""

import json
import random
import time
from datetime import timedelta
from statistics import median

from crm.events import actions
from crm.events.models import Event
from crm.events.recording import COLUMNS
from crm.segments.models import Segment
from engage import listen
from engage.bench.scratch import database
from engage.celery import keep_code_out_of_collections
from engage.lib import clock, sql

CONTACTS = 4000
EVENTS_EACH = 10
RULES = 20
BATCH = 100
ROUNDS = 5
NAMES = ("Page Viewed", "Product Viewed", "Products Searched", "Checkout Started", "Order Completed")


def run() -> dict:
    """Events a second of one worker, of the control, and their ratio."""
    with database():
        _rules()
        count = _fill()
        keep_code_out_of_collections()
        listen.step()
        warm = _recorded()
        began = time.perf_counter()
        while listen.step():
            pass
        belt = time.perf_counter() - began
        assert _recorded() == count, f"{_recorded()} of {count} events were recorded"
        control = median(_copy() for _round in range(ROUNDS))
    return {
        "events": count,
        "rules": RULES,
        "belt_per_second": round((count - warm) / belt),
        "copy_per_second": round(count / control),
        "ratio": round((count - warm) / belt * control / count, 3),
    }


def _recorded() -> int:
    return Event.objects.exclude(kind="derived").count()


def _rules() -> None:
    """Live rules of every kind, all of them asked for each chunk."""
    for number in range(RULES):
        rule = {
            "all": [
                {"field": "contact.language", "op": "is", "value": ("en", "es")[number % 2]},
                {
                    "did": "event",
                    "name": NAMES[number % len(NAMES)],
                    "within": {"days": 7 + number},
                    "count": {"op": "at_least", "value": 1 + number % 4},
                },
            ]
        }
        Segment.objects.create(name=f"Group {number}", rule=rule, watched=True)


def _fill() -> int:
    """Put the events into the inbox as a shop's server sends them, in batches of a hundred."""
    chance, now = random.Random(7), clock.now()  # noqa: S311 only sample data
    calls = []
    for number in range(CONTACTS):
        calls.append({"type": "identify", "userId": f"u{number}", "traits": {"email": f"p{number}@bench.example"}})
        for _ in range(EVENTS_EACH - 1):
            calls.append(
                {
                    "type": "track",
                    "userId": f"u{number}",
                    "event": chance.choice(NAMES[:3]),
                    "timestamp": (now - timedelta(minutes=chance.randrange(600))).isoformat(),
                    "properties": {"product_id": f"p{chance.randrange(300)}", "price": chance.randrange(900) / 10},
                    "context": {"ip": "192.0.2.1", "userAgent": "bench", "page": {"path": "/beans", "title": "Beans"}},
                }
            )
    for number, call in enumerate(calls):
        call["messageId"] = f"m{number}"
    for start in range(0, len(calls), BATCH):
        batch = calls[start : start + BATCH]
        actions.accept(source="write", call="batch", body=json.dumps({"batch": batch}), events=len(batch))
    return len(calls)


def _copy() -> float:
    """Seconds to COPY the recorded events, as prepared text, into an empty table like theirs: the median of several
    rounds is asked for, because one takes a moment only."""
    sql.run("DROP TABLE IF EXISTS bench_event")
    sql.run("CREATE TABLE bench_event (LIKE crm_events_event INCLUDING DEFAULTS) PARTITION BY RANGE (received)")
    sql.run("CREATE TABLE bench_event_all PARTITION OF bench_event DEFAULT")
    sql.run("ALTER TABLE bench_event ADD PRIMARY KEY (id, received)")
    sql.run("CREATE INDEX ON bench_event (contact_id, name, at)")
    rows = sql.rows(
        "SELECT contact_id, recorded_for_id, message_id, kind, name, at, received, history, source, properties::text, "
        "context::text, cause, depth FROM crm_events_event WHERE kind <> 'derived' ORDER BY id"
    )
    began = time.perf_counter()
    for start in range(0, len(rows), 1000):
        sql.copy("bench_event", COLUMNS, rows[start : start + 1000])
    return time.perf_counter() - began
