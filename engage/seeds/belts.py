"""Feeding the belts as the outside does, and waiting until they have done their work."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import batched
from typing import Any

import orjson

from campaigns.broadcasts import running
from campaigns.broadcasts.models import Broadcast
from campaigns.journeys.models import DueWait
from crm.dialogue.models import Outbox
from crm.events.actions import accept
from crm.events.models import BeltStop, Inbox
from engage import listen, speak, walk
from engage.lib import clock

BATCH = 500
PUT_BACK = timedelta(seconds=3)
"""What met somebody in other hands comes again so soon."""

PATIENCE = 120
"""Seconds without any work done, before something must be wrong."""


class BeltsStandStill(Exception):
    """Work is left that nobody does."""


def feed(events: Iterable[dict[str, Any]], *, source: str) -> None:
    """Calls of Segment's API, in batches. `source` import makes them history; write is the shop's server, now."""
    for batch in batched(events, BATCH, strict=False):
        accept(source=source, call="batch", body=orjson.dumps({"batch": batch}).decode(), events=len(batch))


def drain() -> None:
    """Run all belts until nothing is due; workers that run already take their share. Raises BeltsStandStill."""
    moved = time.monotonic()
    while _left():
        if listen.run() + walk.run() + speak.run():
            moved = time.monotonic()
        elif BeltStop.objects.filter(lifted=None).exists() or time.monotonic() - moved > PATIENCE:
            raise BeltsStandStill
        else:
            time.sleep(0.02)


def send(broadcast: Broadcast, *, until: Callable[[Broadcast], bool]) -> Broadcast:
    """Carry a one-off message, and all that is due, until that is so and nothing more moves. Raises
    BeltsStandStill."""
    begun = time.monotonic()
    while True:
        moved = running.step(clock.now())
        drain()
        broadcast.refresh_from_db()
        if not moved and until(broadcast):
            return broadcast
        if time.monotonic() - begun > PATIENCE:
            raise BeltsStandStill
        time.sleep(0.02 if not moved else 0)


def _left() -> bool:
    now = clock.now() + PUT_BACK
    return (
        Inbox.objects.exists()
        or DueWait.objects.filter(due__lte=now, parked=False).exists()
        or Outbox.objects.filter(due__lte=now).exists()
    )
