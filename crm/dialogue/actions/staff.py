"""What colleagues note about a person, and what they are to do for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.dialogue.models import Note, Task
from engage.lib import live
from engage.lib.patience import patient

STREAM = "inbox"


@patient
def write_note(*, contact: Contact, text: str, by: User, at: datetime) -> Note:
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        return Note.objects.create(contact_id=owner, recorded_for_id=contact.pk, text=text, author=by, at=at)


@patient
def make_task(
    *, contact: Contact, kind: str, text: str, due: datetime, assignee: User | None, by: User, at: datetime
) -> Task:
    """`assignee` None: whoever comes first."""
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        task = Task.objects.create(
            contact_id=owner,
            recorded_for_id=contact.pk,
            kind=kind,
            text=text,
            due=due,
            assignee=assignee,
            made=at,
            made_by=str(by),
        )
        live.publish(STREAM, {})
        return task


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task for the colleague who signs in with `assignee`, for whoever comes first where there is none such; `by` is
    whose idea it was."""

    contact: int
    recorded_for: int
    kind: str
    text: str
    due: datetime
    assignee: str
    by: str


def assign_tasks(assignments: Sequence[Assignment], *, at: datetime) -> None:
    """Many at once; their contacts must be held. Three statements, none where there is nothing."""
    if not assignments:
        return
    colleagues = {user.email.lower(): user for user in User.objects.filter(is_active=True)}
    Task.objects.bulk_create(
        Task(
            contact_id=one.contact,
            recorded_for_id=one.recorded_for,
            kind=one.kind,
            text=one.text,
            due=one.due,
            assignee=colleagues.get(one.assignee.lower()),
            made=at,
            made_by=one.by[:120],
        )
        for one in assignments
    )
    live.publish(STREAM, {})


def finish_task(*, task: Task, result: str, by: User, at: datetime) -> bool:
    """Done, with what came of it in words; False if somebody finished it before."""
    with transaction.atomic():
        finished = Task.objects.filter(pk=task.pk, done=None).update(done=at, done_by=str(by), result=result)
        live.publish(STREAM, {})
        return bool(finished)


def reopen_task(*, task: Task) -> None:
    """To do again, as it was; its result is taken back."""
    with transaction.atomic():
        Task.objects.filter(pk=task.pk).update(done=None, done_by="", result="")
        live.publish(STREAM, {})
