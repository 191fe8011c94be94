"""Tell other systems: claim, sign, POST, settle. No transaction is open while we wait for an answer.

A process that is killed between the answer and its settling tells it again after the lease, with the same
`webhook-id`: receivers take each id once.
"""

from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from uuid import UUID

import orjson

from campaigns.channels.webhook import secrets
from campaigns.channels.webhook.calling import NOT_REACHED, Result, call
from campaigns.journeys.models import Journey
from campaigns.journeys.webhooks import queue
from campaigns.journeys.webhooks.queue import Claimed
from crm.business.queries import business
from engage.lib import belts, clock, ids

NOBODY = UUID(int=0)


def run() -> int:
    """Send what is due, for ten seconds at most; how many were tried."""
    return belts.drain(step)


def step() -> int:
    """One chunk, all at once."""
    token, claimed = queue.claim(clock.now())
    if not claimed:
        return 0
    if not business().live:
        queue.keep(token=token, at=clock.now())
        return len(claimed)
    signed_with = secrets.present(at=clock.now())
    silent: set[str] = set()
    with ThreadPoolExecutor(len(claimed)) as threads:
        tries = {threads.submit(tell, one, signed_with, at=clock.now()): one for one in claimed}
        for done in as_completed(tries):
            one, result = tries[done], done.result()
            queue.settle(one, result, token=token, at=clock.now())
            if result.reason in NOT_REACHED:
                silent.add(one.host)
    queue.rest(sorted(silent), at=clock.now())
    return len(claimed)


def tell(one: Claimed, signed_with: list[str], *, at: datetime) -> Result:
    """One POST, signed as standardwebhooks.com says. No statement: it runs in a thread of its own."""
    return call(one.url, body(one), id=str(one.uid), secrets=signed_with, at=at)


def send_test(*, url: str, name: str, step: str, journey: Journey, at: datetime) -> Result:
    """One POST about nobody, as `step` would send it, with `"test": true` in its data; in Test too. It stands in no
    ledger and is not tried again."""
    return tell(
        Claimed(
            id=0,
            uid=ids.uuid7(),
            url=url,
            host=queue.host_of(url),
            name=name,
            step=step,
            made=at,
            attempts=1,
            journey=journey.uid,
            journey_name=journey.name,
            contact=NOBODY,
            email="nobody@customer.example",
            external=None,
            event={"name": "Test", "at": at.astimezone(UTC).isoformat(), "properties": {}},
        ),
        secrets.present(at=at),
        at=at,
    )


def body(one: Claimed) -> str:
    """Who did what, and where they stand: {"type", "timestamp", "data"}."""
    return orjson.dumps(
        {
            "type": one.name,
            "timestamp": one.made.astimezone(UTC).isoformat(),
            "data": {
                "journey": {"id": one.journey, "name": one.journey_name, "step": one.step},
                "contact": {"id": one.contact, "email": one.email, "external_id": one.external},
                "event": {key: one.event.get(key) for key in ("name", "at", "properties")},
                "test": one.contact == NOBODY,
            },
        }
    ).decode()
