"""What colleagues note about a person, and what they are to do for one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crm.business.models import User
from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.dialogue.models import Message, Note, Task
from crm.dialogue.streams import STREAM
from engage.lib import ids, live, sql
from engage.lib.patience import patient

State = Message.State
MOST_AT_ONCE = 1000


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
    whose idea it was. Not done at `escalate_at`, it goes to `escalate_to`, else to an owner."""

    contact: int
    recorded_for: int
    kind: str
    text: str
    due: datetime
    assignee: str
    by: str
    escalate_at: datetime | None = None
    escalate_to: str = ""


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
            escalate_at=one.escalate_at,
            escalate_to=colleagues.get(one.escalate_to.lower()),
            made=at,
            made_by=one.by[:120],
        )
        for one in assignments
    )
    live.publish(STREAM, {})


def hand_messages_over(words: Mapping[int, str], *, due: datetime, at: datetime) -> None:
    """A task for each of these messages, with the words to say, for whoever comes first; one that has its task keeps
    it. Holds nobody. One statement, none where there is nothing."""
    if not words:
        return
    sql.run(
        """
        INSERT INTO crm_dialogue_task (uid, contact_id, recorded_for_id, kind, text, due, made, made_by, message_id)
        SELECT n.uid, m.contact_id, m.recorded_for_id, 'say', n.words, %s, %s,
            left(COALESCE(NULLIF(c.label, ''), 'Engage'), 120), m.id
        FROM unnest(%s::uuid[], %s::bigint[], %s::text[]) AS n(uid, message, words)
        JOIN crm_dialogue_message AS m ON m.id = n.message
        LEFT JOIN crm_dialogue_content AS c ON c.id = m.content_id
        ON CONFLICT (message_id) DO NOTHING
        """,
        [due, at, [ids.uuid7() for _each in words], list(words), list(words.values())],
    )
    live.publish(STREAM, {})


def escalate_tasks(*, at: datetime) -> int:
    """What was not done in time goes to whom it was to go to then, to the owner of longest standing where there is
    nobody, once each. Three statements, one where there is nothing."""
    with transaction.atomic():
        waiting = Task.objects.filter(done=None, escalate_at__lte=at).select_for_update(of=["self"], skip_locked=True)
        late = list(waiting.select_related("assignee", "escalate_to").order_by("pk")[:MOST_AT_ONCE])
        if not late:
            return 0
        owner = User.objects.filter(role=User.Role.OWNER, is_active=True).order_by("pk").first()
        for task in late:
            task.escalated, task.escalated_from = at, str(task.assignee or "")[:120]
            task.assignee = task.escalate_to if task.escalate_to and task.escalate_to.is_active else owner
            task.escalate_at = None
        Task.objects.bulk_update(late, ["escalated", "escalated_from", "assignee", "escalate_at"])
        live.publish(STREAM, {})
        return len(late)


def finish_task(*, task: Task, result: str, by: User, at: datetime) -> bool:
    """Done, with what came of it in words; False if somebody finished it before. A message that it was to say has
    arrived."""
    with transaction.atomic():
        finished = Task.objects.filter(pk=task.pk, done=None).update(done=at, done_by=str(by), result=result)
        if finished and task.message_id:
            _ended(task, State.DELIVERED, {State.ACCEPTED, State.UNKNOWN})
        live.publish(STREAM, {})
        return bool(finished)


def reopen_task(*, task: Task) -> None:
    """To do again, as it was; its result is taken back."""
    with transaction.atomic():
        Task.objects.filter(pk=task.pk).update(done=None, done_by="", result="")
        if task.message_id:
            _ended(task, State.ACCEPTED, {State.DELIVERED})
        live.publish(STREAM, {})


def _ended(task: Task, state: str, before: Collection[str]) -> None:
    """What the ledger says of the message that the task is for."""
    Message.objects.filter(task=task, state__in=before).update(state=state, why="", detail={})
