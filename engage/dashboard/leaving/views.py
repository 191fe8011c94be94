"""People who may be leaving: who talks with them, until when, and what came of it. Open to everybody signed in."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crm.contacts.models import Contact
from crm.leaving import actions, queries
from crm.leaving.models import Case
from engage.dashboard.leaving.forms import HeardForm, ResultForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

LAST = timedelta(days=90)
MOST = 100


@require_GET
@role()
def leaving(request: StaffRequest) -> HttpResponse:
    """Who waits, the most pressing first, what came of the last ones, and how many stay. Three queries."""
    now = clock.now()
    context = {
        "now": now,
        "open": queries.open_cases_by_due()[:MOST],
        "told": queries.told_cases().filter(closed__gte=now - LAST)[:MOST],
        "tally": queries.tally(now - LAST),
        "days": LAST.days,
        "enough": queries.ENOUGH,
    }
    return render(request, "leaving/leaving.html", context)


@require_http_methods(["GET", "POST"])
@role()
def leaving_case(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One case, and its result: said with one press, or corrected."""
    case = get_object_or_404(queries.cases(), uid=uid)
    form = ResultForm(request.POST) if request.method == "POST" else ResultForm(initial=_said(case))
    if form.is_valid():
        _tell(request, case, **form.cleaned_data)
        return redirect("person", case.contact.uid)
    context = {"case": case, "form": form, "outcomes": Case.Outcome.choices, "now": clock.now()}
    return render(request, "leaving/case.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role()
def may_leave(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A colleague heard it, or read between the lines."""
    contact = get_object_or_404(Contact, uid=uid, merged_into=None, erased=None)
    form = HeardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case = actions.open_by_hand(contact=contact, words=form.cleaned_data["words"], by=request.user, at=clock.now())
        if case:
            toast(request, _("It stands among the tasks. Nothing goes out to them meanwhile."))
        else:
            toast(request, _("A colleague talks with them about it already."), wrong=True)
        return redirect("person", contact.uid)
    context = {"form": form, "contact": contact, "heading": _("May be leaving"), "verb": _("Make it a task")}
    return render(request, "person/staff.html", context, status=400 if form.is_bound else 200)


def _said(case: Case) -> dict[str, object]:
    return {"why": case.why, "again": case.closed is not None}


def _tell(request: StaffRequest, case: Case, *, outcome: str, why: str, again: bool) -> None:
    by, at = str(request.user), clock.now()
    if again and case.closed:
        actions.correct(case=case, outcome=outcome, why=why, by=by, at=at)
        toast(request, _("Changed."))
    elif actions.settle(case=case, outcome=outcome, why=why, by=by, at=at):
        toast(request, _("Written down."))
    else:
        toast(request, _("A colleague said already what came of it; that stays."), wrong=True)
