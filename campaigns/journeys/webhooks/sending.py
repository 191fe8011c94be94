"""Tell other systems: claim, sign, POST, settle. No transaction is open while we wait for an answer.

A process that is killed between the answer and its settling tells it again after the lease, with the same
`webhook-id`: receivers take each id once.
"""

from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime

import orjson
from django.conf import settings
from standardwebhooks import Webhook as Signing

from campaigns.journeys.webhooks import queue, secrets
from campaigns.journeys.webhooks.queue import Claimed, Result
from crm.business.queries import business
from engage.lib import belts, clock, outward
from engage.lib.outward import NotReached

GONE = 410
NOT_REACHED = ("timed_out", "unreachable", "unknown_host")


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
    if not signed_with:
        return Result("no_secret", final=True)
    text, now, id = body(one), at.astimezone(UTC), str(one.uid)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Signing(secret).sign(id, now, text) for secret in signed_with),
    }
    try:
        status = outward.post(one.url, text.encode(), headers, inside=settings.WEBHOOK_NETWORKS)
    except NotReached as error:
        return Result(error.reason, final=error.final)
    if 200 <= status < 300:
        return Result(status=status)
    return Result("redirected" if 300 <= status < 400 else "refused", status, final=status == GONE)


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
            },
        }
    ).decode()
