"""An act on many people on its way: begun, stopped, gone on with, taken back."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from crm.business.models import User
from crm.contacts.jobs.hand import LEASE
from crm.contacts.models import Contact
from crm.lists import running
from crm.lists.models import BulkAct
from engage.lib import belts, wake

State = BulkAct.State
AT_ONCE = 100
"""So few people are not worth a job: the act is done before the page answers."""
UNDO_FOR = timedelta(days=30)
"""So long its journal is kept."""


class NotNow(ValueError):
    """The act is in a state in which this cannot be done."""


def begin(
    act: str,
    said: Mapping[str, Any],
    *,
    number: int,
    colleague: User | None,
    at: datetime,
    by: str = "",
    chosen: Collection[int] | None = None,
    filters: Mapping[str, str] | None = None,
    narrowed: Sequence[str] = (),
) -> BulkAct:
    """Do it to the `chosen`, or else to all whom the filters fit: at once if they are few, else in the background.

    `by` where it is not the colleague who does it, such as a program of the shop."""
    job = BulkAct(
        act=act,
        said=dict(said),
        chosen=sorted(chosen) if chosen is not None else None,
        filters=dict(filters or {}),
        narrowed=list(narrowed),
        upto=Contact.objects.aggregate(last=Max("pk"))["last"] or 0,
        number=number,
        colleague=colleague,
        by=by or str(colleague),
        at=at,
        began=at,
    )
    few = chosen is not None and number <= AT_ONCE
    if few:
        job.lease, job.leased_until = uuid.uuid4(), at + LEASE
    job.save()
    _set_out(job, few)
    return job


def undo(job: BulkAct, *, by: str, at: datetime) -> None:
    """Take back what it did, as its journal says. Raises NotNow."""
    if not may_be_undone(job, at):
        raise NotNow
    few = job.counts.get("changed", 0) <= AT_ONCE
    _change(
        job, {State.DONE, State.STOPPED, State.FAILED}, state=State.UNDOING, cursor=0, fraction=0, began=at, undone=at,
        undone_by=by, problem="", **_lease(few, at),
    )  # fmt: skip
    _set_out(job, few)


def may_be_undone(job: BulkAct, at: datetime) -> bool:
    ended = job.state in (State.DONE, State.STOPPED, State.FAILED) and not job.undone
    return ended and bool(job.counts.get("changed")) and job.at > at - UNDO_FOR


def stop(job: BulkAct, *, at: datetime) -> None:
    """Go no further: the slice under way is the last, or is rolled back. Raises NotNow."""
    _change(job, {State.RUNNING}, state=State.STOPPED, finished=at, lease=None, leased_until=None)


def go_on(job: BulkAct, *, at: datetime) -> None:
    """Where it stopped or failed. Raises NotNow."""
    ahead = State.UNDOING if job.undone else State.RUNNING
    _change(job, {State.STOPPED, State.FAILED}, state=ahead, began=at, problem="", **_lease(False, at))
    _set_out(job, False)


def _lease(few: bool, at: datetime) -> dict[str, Any]:
    return {"lease": uuid.uuid4(), "leased_until": at + LEASE} if few else {"lease": None, "leased_until": None}


def _set_out(job: BulkAct, few: bool) -> None:
    if few:
        with suppress(*belts.PASSING):  # it was let go: a worker carries it on
            running.carry_out(job)
        job.refresh_from_db()
    transaction.on_commit(lambda: wake.wake("lists"))


def _change(job: BulkAct, states: set[State], **fields: Any) -> None:
    """One compare-and-set on the state. Raises NotNow."""
    if not BulkAct.objects.filter(pk=job.pk, state__in=states).update(**fields):
        raise NotNow
    for name, value in fields.items():
        setattr(job, name, value)
