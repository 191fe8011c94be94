"""What colleagues note about a person, and what they are to do for one. Every form is a page of its own."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.business import queries as business_queries
from crm.contacts.models import Contact
from crm.dialogue import actions
from crm.dialogue.models import Task
from crm.leaving.models import Case
from engage.dashboard.person.staff_forms import FinishForm, PersonNoteForm, TaskForm
from engage.dashboard.person.views import contact_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

MORNING = 10


@require_http_methods(["GET", "POST"])
@role()
def note_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    contact, form = _living_or_404(uid), PersonNoteForm(request.POST or None)
    if form.is_valid():
        actions.write_note(contact=contact, text=form.cleaned_data["text"], by=request.user, at=clock.now())
        toast(request, _("Written down."))
        return redirect("person", contact.uid)
    return _show(request, form, contact, _("Write a note"), _("Write it down"))


@require_http_methods(["GET", "POST"])
@role()
def new_task(request: StaffRequest, uid: UUID) -> HttpResponse:
    contact = _living_or_404(uid)
    form = TaskForm(request.POST or None, initial={"due": _tomorrow(clock.now()), "assignee": request.user.uid})
    if form.is_valid():
        actions.make_task(contact=contact, by=request.user, at=clock.now(), **form.cleaned_data)
        toast(request, _("It stands among the tasks."))
        return redirect("person", contact.uid)
    return _show(request, form, contact, _("Add a task"), _("Add"))


@require_http_methods(["GET", "POST"])
@role()
def finish_task(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What came of it is asked for: it stands in the person's timeline afterwards. Of somebody who may be leaving it is
    asked on a page of its own."""
    if case := Case.objects.filter(task__uid=uid, closed=None).first():
        return redirect("leaving_case", case.uid)
    task, form = _task_or_404(uid), FinishForm(request.POST or None)
    if form.is_valid():
        if actions.finish_task(task=task, result=form.cleaned_data["result"], by=request.user, at=clock.now()):
            toast(request, _("Done."), undo=reverse("reopen_task", args=[uid]))
        else:
            toast(request, _("It was done already; what was written then stays."), wrong=True)
        return redirect("person", task.contact.uid)
    return _show(request, form, task.contact, _("What came of it"), _("Done"), task=task)


@require_POST
@role()
def reopen_task(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.reopen_task(task=_task_or_404(uid))
    return redirect("tasks")


def _show(
    request: StaffRequest, form: Form, contact: Contact, heading: str, verb: str, *, task: Task | None = None
) -> HttpResponse:
    context = {"form": form, "contact": contact, "heading": heading, "verb": verb, "task": task}
    return render(request, "person/staff.html", context, status=400 if form.is_bound else 200)


def _living_or_404(uid: UUID) -> Contact:
    contact = contact_or_404(uid)
    return get_object_or_404(Contact, pk=contact.pk, erased=None)


def _task_or_404(uid: UUID) -> Task:
    return get_object_or_404(Task.objects.select_related("contact"), uid=uid)


def _tomorrow(now: datetime) -> str:
    day = now.astimezone(ZoneInfo(business_queries.business().timezone)) + timedelta(days=1)
    return day.replace(hour=MORNING, minute=0).strftime("%Y-%m-%dT%H:%M")
