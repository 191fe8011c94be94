"""What came of it: stayed, left, cannot tell, and why."""

from datetime import datetime

from django.db import transaction

from crm.contacts.actions import hold
from crm.dialogue.actions import release_waiting
from crm.dialogue.models import Task
from crm.dialogue.streams import STREAM
from crm.events.actions import Fact, derive
from crm.leaving.models import Case
from crm.leaving.queries import LEAVING
from engage.lib import live
from engage.lib.patience import patient
from engage.lib.spoken import to_staff

EVENT = "Leaving Enquiry Closed"


@patient
def settle(*, case: Case, outcome: str, why: str, by: str, at: datetime) -> bool:
    """The case ends with its result, its task is done, and what was held because of it is released. False, and nothing
    happens, if somebody said before what came of it."""
    with transaction.atomic():
        hold(contacts=[case.contact_id])
        fresh = Case.objects.get(pk=case.pk)
        if fresh.closed:
            return False
        fresh.closed, fresh.closed_by, fresh.outcome, fresh.why = at, by[:120], outcome, why
        fresh.save(update_fields=["closed", "closed_by", "outcome", "why"])
        _finish(fresh, at)
        derive([_fact(fresh)])
        release_waiting([fresh.contact_id], why=LEAVING, at=at)
        live.publish(STREAM, {})
        return True


@patient
def correct(*, case: Case, outcome: str, why: str, by: str, at: datetime) -> None:
    """It came out otherwise than was said. That it was closed is no news again: no journey begins by it."""
    with transaction.atomic():
        hold(contacts=[case.contact_id])
        fresh = Case.objects.get(pk=case.pk)
        fresh.closed_by, fresh.outcome, fresh.why = by[:120], outcome, why
        fresh.save(update_fields=["closed_by", "outcome", "why"])
        _finish(fresh, fresh.closed or at)
        live.publish(STREAM, {})


def _finish(case: Case, at: datetime) -> None:
    """Its task is done, with the result in words."""
    if case.task_id is None:
        return
    with to_staff():
        result = f"{case.get_outcome_display()}. {case.why}".strip()
    Task.objects.filter(pk=case.task_id).update(done=at, done_by=case.closed_by, result=result)


def _fact(case: Case) -> Fact:
    assert case.closed is not None
    return Fact(
        contact=case.contact_id,
        recorded_for=case.recorded_for_id,
        name=EVENT,
        at=case.closed,
        message_id=f"leaving-closed:{case.uid}",
        properties={"case": str(case.uid), "outcome": case.outcome, "kind": case.kind, "about": case.label},
        depth=1,
    )
