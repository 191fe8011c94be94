"""Somebody may be leaving: a case with a task for a named colleague. Their automation holds from then on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from crm.business.hours import after
from crm.business.models import Business, User
from crm.business.queries import business, working_week
from crm.contacts.actions import hold
from crm.contacts.models import Contact
from crm.dialogue.models import Conversation, Task
from crm.dialogue.streams import STREAM
from crm.events.actions import Fact, derive
from crm.leaving.models import BY_HAND, Case, Kind
from engage.lib import live
from engage.lib.patience import patient
from engage.lib.spoken import to_staff

EVENT = "Leaving Enquiry"
DUE = timedelta(hours=2)
REMINDER = timedelta(hours=1)
"""Both in working hours, from the moment when they showed it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Who showed what, when. `conversation` is the uid of the one in which they wrote; `depth` that of the event."""

    contact: int
    recorded_for: int
    kind: str
    at: datetime
    ref: str = ""
    label: str = ""
    words: str = ""
    conversation: str = ""
    depth: int = 0


def open_cases(openings: Sequence[Opening]) -> list[Case]:
    """One for each person who has none open, of several openings for the first. The contacts must be held. One query
    where nobody is new, seven more for any number of people."""
    taken = set(Case.objects.filter(contact__in=[one.contact for one in openings], closed=None).values_list("contact"))
    first = {one.contact: one for one in sorted(openings, key=lambda one: one.at, reverse=True)}
    new = [one for one in first.values() if (one.contact,) not in taken]
    if not new:
        return []
    shop = business()
    colleague = in_whose_hands(shop)
    talks = _talks(new)
    tasks = Task.objects.bulk_create([_task(one, _within(one, DUE), colleague, shop) for one in new])
    cases = Case.objects.bulk_create(
        _case(one, task, talks.get(one.conversation), _within(one, REMINDER))
        for one, task in zip(new, tasks, strict=True)
    )
    Conversation.objects.filter(pk__in=[talk.pk for talk in talks.values()], assignee=None).update(assignee=colleague)
    derive([_fact(case, one) for case, one in zip(cases, new, strict=True)])
    live.publish(STREAM, {})
    return cases


@patient
def open_by_hand(*, contact: Contact, words: str, by: User, at: datetime) -> Case | None:
    """A colleague heard, or read between the lines, that this person may be leaving. None if they have a case."""
    with transaction.atomic():
        owner = hold(contacts=[contact.pk]).present[contact.pk]
        opened = open_cases([Opening(owner, contact.pk, BY_HAND, at, label=str(by), words=words)])
        return opened[0] if opened else None


def in_whose_hands(shop: Business) -> User | None:
    """Whom the shop named, if they can sign in, else its first owner. One query."""
    named = Q(pk=shop.leaving_colleague_id)
    found = list(User.objects.filter(named | Q(role=User.Role.OWNER), is_active=True).order_by("pk"))
    return next((user for user in found if user.pk == shop.leaving_colleague_id), found[0] if found else None)


def _within(one: Opening, work: timedelta) -> datetime:
    """After so much working time; where the shop does not work, after so much time."""
    return after(one.at, work, working_week()) or one.at + work


def follow_tasks(tasks: Collection[int]) -> None:
    """Open cases are in the hands of whoever has their task. One statement, none where there is nothing."""
    if tasks:
        of_task = Task.objects.filter(pk=OuterRef("task")).values("assignee")
        Case.objects.filter(task__in=tasks, closed=None).update(assignee=Subquery(of_task))


def _talks(openings: Sequence[Opening]) -> dict[str, Conversation]:
    """Those in which they wrote, by uid. One query, none where nobody wrote."""
    uids = [one.conversation for one in openings if one.conversation]
    return {str(talk.uid): talk for talk in Conversation.objects.filter(uid__in=uids)} if uids else {}


def _case(one: Opening, task: Task, talk: Conversation | None, remind: datetime) -> Case:
    return Case(
        contact_id=one.contact,
        recorded_for_id=one.recorded_for,
        kind=one.kind,
        ref=one.ref,
        label=one.label,
        words=one.words,
        conversation=talk,
        assignee=task.assignee,
        task=task,
        opened=one.at,
        due=task.due,
        remind=remind,
    )


def _task(one: Opening, due: datetime, colleague: User | None, shop: Business) -> Task:
    with to_staff():
        return Task(
            contact_id=one.contact,
            recorded_for_id=one.recorded_for,
            kind=Task.Kind.WRITE if one.conversation else Task.Kind.CALL,
            text=task_text(one)[:500],
            due=due,
            assignee=colleague,
            made=one.at,
            made_by=one.label[:120] if one.kind == BY_HAND else "Engage",
        )


def task_text(one: Opening) -> str:
    """What is to do, with what shows it."""
    match one.kind:
        case Kind.SUBJECT:
            said = _("Talk with them before they leave. They wrote about “%(label)s”.")
        case Kind.FAQ:
            said = _("Talk with them before they leave. They asked: %(label)s")
        case Kind.ANSWER:
            said = _("Talk with them before they leave. They answered: %(label)s")
        case Kind.TAG:
            said = _("Talk with them before they leave. They were tagged “%(label)s”.")
        case _:
            said = _("Talk with them before they leave. %(label)s thinks that they may.")
    return said % {"label": one.label}


def _fact(case: Case, one: Opening) -> Fact:
    return Fact(
        contact=case.contact_id,
        recorded_for=case.recorded_for_id,
        name=EVENT,
        at=case.opened,
        message_id=f"leaving:{case.uid}",
        properties={"case": str(case.uid), "kind": case.kind, "ref": case.ref, "about": case.label},
        depth=one.depth + 1,
    )
