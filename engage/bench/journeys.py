"""`bench journeys`: what an event that begins nothing costs the listening belt beside many live journeys, and beside
none.

Each journey has four rules: on what begins it, on its goal, on what ends its wait, and on its branch. An event can be
one that no journey asks for; one that many ask for by its name, and whose properties none of them wants; or one that a
journey wants, of a person whom it does not want.
"""

import json
import time
from statistics import median
from typing import Any

from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.models import Enrolment, Journey
from crm.events.actions import accept
from crm.events.models import Event
from engage import listen
from engage.bench.scratch import database
from engage.celery import keep_code_out_of_collections
from engage.lib import clock

PEOPLE, BATCH, ROUNDS = 1_000, 100, 7
NAMES = tuple(f"Shelf {number} Viewed" for number in range(20))
KINDS = {"unasked": ("Page Viewed", "none"), "unwanted": ("", "none"), "wrong_person": ("", "")}


def run() -> dict[str, float]:
    """In a database of its own."""
    with database():
        keep_code_out_of_collections()
        return measure(journeys=500)


def measure(*, journeys: int) -> dict[str, float]:
    """Milliseconds of an event of each kind beside no journey and beside so many, and the ratios. They take turns, the
    journeys going and pausing, so that what else the machine does meets all alike."""
    at = clock.now()
    for number in range(journeys):
        journey = create_journey(name=f"Journey {number}", draft=_definition(number), by="bench", at=at)
        publish(journey, by="bench", at=at)
    taken: dict[tuple[str, bool], list[float]] = {}
    for turn in range(ROUNDS + 1):
        for going in (False, True):
            Journey.objects.update(state=Journey.State.LIVE if going else Journey.State.PAUSED)
            for kind in KINDS:
                seconds = _seconds(f"{kind}-{going}-{turn}", kind, journeys)
                taken.setdefault((kind, going), []).append(seconds)
    assert not Enrolment.objects.exists(), "an event that begins nothing began a journey"
    cost = {key: median(seconds[1:]) for key, seconds in taken.items()}
    found: dict[str, float] = {"journeys": journeys, "rules": 4 * journeys}
    for kind in KINDS:
        found |= {
            f"{kind}_alone_ms": _ms(cost[kind, False]),
            f"{kind}_ms": _ms(cost[kind, True]),
            f"{kind}_ratio": round(cost[kind, True] / cost[kind, False], 2),
        }
    return found


def _definition(number: int) -> dict[str, Any]:
    """Of a shelf's journey; nobody speaks the language that it wants."""

    def shelf(language: str = "xx") -> dict[str, Any]:
        mine = {"property": "shelf", "op": "is", "value": f"s{number}"}
        return {"all": [mine, {"field": "contact.language", "op": "is", "value": language}]}

    bought = {
        "did": "event",
        "name": "Order Completed",
        "within": {"days": 7 + number % 90},
        "count": {"op": "at_least", "value": 1 + number % 4},
    }
    return {
        "trigger": {"event": NAMES[number % len(NAMES)], "rule": shelf()},
        "goal": {"event": "Order Completed", "rule": shelf("en")},
        "start": "pause",
        "steps": {
            "pause": {
                "kind": "wait",
                "for": {"days": 1},
                "exits": [{"event": "Checkout Started", "rule": shelf("en"), "next": "bought"}],
                "next": "bought",
            },
            "bought": {"kind": "branch", "rule": bought, "yes": "bye", "no": "bye"},
            "bye": {"kind": "end", "reason": "Through"},
        },
    }


def _seconds(label: str, kind: str, journeys: int) -> float:
    """Of one event, where everybody does it once, in batches as a shop's server sends them."""
    for start in range(0, PEOPLE, BATCH):
        calls = [_call(f"{label}-{n}", kind, n, journeys) for n in range(start, min(start + BATCH, PEOPLE))]
        accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=len(calls))
    began = time.perf_counter()
    while listen.step():
        pass
    spent = time.perf_counter() - began
    recorded = Event.objects.filter(message_id__startswith=f"{label}-").count()
    assert recorded == PEOPLE, f"{recorded} of {PEOPLE} events were recorded"
    return spent / PEOPLE


def _call(message: str, kind: str, number: int, journeys: int) -> dict[str, Any]:
    wanted, (name, shelf) = number % journeys, KINDS[kind]
    return {
        "type": "track",
        "messageId": message,
        "userId": f"u{number}",
        "event": name or NAMES[wanted % len(NAMES)],
        "timestamp": clock.now().isoformat(),
        "properties": {"shelf": shelf or f"s{wanted}", "path": "/shelf"},
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
