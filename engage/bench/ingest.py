"""Accepting events over HTTP beside a view that makes the same single INSERT."""

import json

from crm.business.actions import create_key
from crm.events.models import Inbox
from engage.bench.scratch import database
from engage.bench.web import post, requests_per_second, server

ROUNDS = 3


def run() -> dict:
    """Requests a second with 1 and with 100 events each, beside the control; medians of alternating rounds."""
    with database() as url:
        _, key = create_key(kind="write", name="bench")
        with server(url, "engage.bench.wsgi:application") as port:
            return {f"events_{count}": _measure(port, _body(count, key)) for count in (1, 100)}


def _measure(port: int, body: bytes) -> dict:
    figures: dict[str, list[float]] = {"/v1/batch": [], "/bench/control": []}
    for path in figures:
        requests_per_second(port, post(path, body), seconds=1)
    for _ in range(ROUNDS):
        for path, found in figures.items():
            found.append(requests_per_second(port, post(path, body)))
            Inbox.objects.all().delete()
    ours, control = (sorted(found)[ROUNDS // 2] for found in figures.values())
    return {"per_second": round(ours), "control_per_second": round(control), "ratio": round(ours / control, 3)}


def _body(count: int, key: str) -> bytes:
    event = {
        "type": "track",
        "userId": "u1",
        "event": "Product Viewed",
        "timestamp": "2026-05-04T12:00:00.000Z",
        "messageId": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "properties": {"product_id": "p1", "name": "House blend", "price": 9.2},
        "context": {"ip": "192.0.2.1", "library": {"name": "analytics-python", "version": "2.4.0"}},
    }
    return json.dumps({"batch": [event] * count, "writeKey": key}).encode()
