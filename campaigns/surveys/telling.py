"""Tell another system of each final answer: claim, sign, POST, settle. No transaction is open while we wait.

A process that is killed between the answer and its settling tells it again after the lease, with the same
`webhook-id`: receivers take each id once.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from campaigns.channels.webhook import secrets
from campaigns.channels.webhook.calling import BACKOFF, Result, call
from campaigns.surveys.models import AnswerHook, Response, Survey
from crm.business.queries import business
from engage.lib import belts, clock, ids, sql

NAME = "survey.answered"
LEASE = f"{settings.LEASES['jobs']} seconds"
CHUNK = 20
SHOWN = 5
KEPT = timedelta(days=30)
State = AnswerHook.State


def run() -> int:
    """Send what is due, for ten seconds at most; how many were tried."""
    return belts.drain(step)


def step() -> int:
    """One chunk, all at once."""
    token = ids.uuid7()
    found = sql.rows(_CLAIM, {"at": clock.now(), "chunk": CHUNK, "token": token, "lease": LEASE})
    if not found:
        return 0
    mine = AnswerHook.objects.filter(lease=token)
    if not business().live:
        mine.update(state=State.KEPT, settled=clock.now(), lease=None)
        return len(found)
    signed_with, at = secrets.present(at=clock.now()), clock.now()
    hooks = list(mine.select_related("response__survey", "response__version", "response__contact"))
    with ThreadPoolExecutor(len(found)) as threads:
        tried = threads.map(
            lambda one: call(one.url, body(one.response), id=str(one.uid), secrets=signed_with, at=at), hooks
        )
        for one, result in zip(hooks, tried, strict=True):
            _settle(one, result, token=token, at=clock.now())
    return len(found)


def body(response: Response) -> str:
    """What was answered and by whom: {"type", "timestamp", "data"}. Of a loaded response no query."""
    answers = {
        id: {name: given.get(name, "") for name in ("value", "words", "question")}
        for id, given in response.answers.items()
    }
    finished = response.finished or response.started
    return orjson.dumps(
        {
            "type": NAME,
            "timestamp": finished.astimezone(UTC).isoformat(),
            "data": {
                "response": response.uid,
                "survey": {"id": response.survey.uid, "key": response.survey.key, "version": response.version.number},
                "contact": response.contact.uid if response.contact else None,
                "origin": response.origin,
                "language": response.language,
                "answers": answers,
            },
        }
    ).decode()


def told(survey: Survey) -> dict[str, Any]:
    """How many wait, and the latest that failed. Two queries."""
    hooks = AnswerHook.objects.filter(response__survey=survey)
    failed = hooks.filter(state=State.FAILED).order_by("-settled")[:SHOWN]
    return {"waiting": hooks.filter(state=State.WAITING).count(), "failed": list(failed)}


def send_again(hook: AnswerHook, *, at: datetime) -> bool:
    """Try a failed one anew, for another day; False if it has not failed."""
    failed = AnswerHook.objects.filter(pk=hook.pk, state=State.FAILED)
    return bool(failed.update(state=State.WAITING, settled=None, due=at, tries=0))


def sweep(*, at: datetime) -> None:
    """Those that are settled are kept for 30 days."""
    AnswerHook.objects.filter(settled__lt=at - KEPT).delete()


def _settle(one: AnswerHook, result: Result, *, token: UUID, at: datetime) -> None:
    """Sent, failed for good, or due again. Nothing when others took it up meanwhile. One statement."""
    mine = AnswerHook.objects.filter(pk=one.pk, lease=token)
    said = {"reason": result.reason, "status": result.status, "lease": None, "lease_until": None}
    if result.is_over(one.tries):
        mine.update(state=State.FAILED if result.reason else State.SENT, settled=at, **said)
    else:
        mine.update(due=at + timedelta(seconds=BACKOFF[one.tries - 1]), **said)


_CLAIM = """
    WITH locked AS MATERIALIZED (
        SELECT id FROM campaigns_surveys_answerhook
        WHERE state = 'waiting' AND due <= %(at)s AND (lease_until IS NULL OR lease_until < now())
        ORDER BY due LIMIT %(chunk)s FOR UPDATE SKIP LOCKED
    )
    UPDATE campaigns_surveys_answerhook AS h
    SET lease = %(token)s, lease_until = now() + %(lease)s::interval, tries = tries + 1
    FROM locked WHERE h.id = locked.id RETURNING h.id
"""
