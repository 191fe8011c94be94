"""Contests: the list, a new one, one with its entries, and what can be changed of it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.contests import actions, queries
from campaigns.contests.links import contest_url
from campaigns.contests.models import Contest, Entry
from campaigns.contests.stages import Stage, stage
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.limits.limits import parse_limits
from engage.dashboard.contests.forms import BY, ONCE, ContestForm, RulesForm, initial
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

PAGE = 48
Standing = Entry.Standing


@require_GET
@role()
def contests(request: StaffRequest) -> HttpResponse:
    """The newest first. One query."""
    at = clock.now()
    rows = [(one, stage(one, at)) for one in queries.contests()]
    return render(request, "contests/contests.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_contest(request: StaffRequest) -> HttpResponse:
    form = ContestForm(request.POST or None)
    if form.is_valid():
        try:
            made = actions.make(**form.made(), by=str(request.user), at=clock.now())
        except BadDefinition as refused:
            form.refuse(refused)
        else:
            toast(request, _("It is made. Look at its entry form, then open it."))
            return redirect("contest", made.uid)
    return render(request, "contests/new_contest.html", {"form": form}, status=400 if form.is_bound else 200)


@require_GET
@role()
def contest(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Its numbers, dates and entries. `?show=` waiting or refused, else those that are shown; `?before=` goes on."""
    found, at = contest_or_404(uid), clock.now()
    show, before = request.GET.get("show", ""), request.GET.get("before", "")
    standing = show if show in (Standing.WAITING, Standing.REFUSED) else Standing.SHOWN
    entries = queries.entries(found).filter(standing=standing).order_by("-id")
    if before.isascii() and before.isdigit() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    rows = list(entries[: PAGE + 1])
    limits = parse_limits(found.survey.limits)
    context = {
        **around(found),
        "limits": limits,
        "by": BY[found.by],
        "once": ONCE.get(limits.once.value, ""),
        "stage": stage(found, at),
        "prizes": list(found.prizes.all()),
        "show": show if standing != Standing.SHOWN else "",
        "rows": rows[:PAGE],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
    }
    return render(request, "contests/contest.html", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit_contest(request: StaffRequest, uid: UUID) -> HttpResponse:
    found = contest_or_404(uid)
    rules = actions.rules_of(found)
    form = RulesForm(request.POST or None, initial=initial(rules), prizes=rules.prizes)
    if form.is_valid():
        try:
            actions.change(contest=found, rules=form.rules(), by=str(request.user), at=clock.now())
        except BadDefinition as refused:
            form.refuse(refused)
        else:
            toast(request, _("Saved."))
            return redirect("contest", uid)
    context = {**around(found), "form": form, "voted": actions.was_voted(found)}
    return render(request, "contests/edit_contest.html", context, status=400 if form.is_bound else 200)


@require_POST
@role("owner", "marketer")
def publish_contest(request: StaffRequest, uid: UUID) -> HttpResponse:
    try:
        actions.publish(contest=contest_or_404(uid), by=str(request.user), at=clock.now())
    except BadDefinition as refused:
        toast(request, " ".join(dict.fromkeys(one.message for one in refused.problems)), wrong=True)
    else:
        toast(request, _("It is open. The link works from now on."))
    return redirect("contest", uid)


@require_POST
@role("owner", "marketer")
def close_contest(request: StaffRequest, uid: UUID) -> HttpResponse:
    """No more entries; what was entered stays."""
    actions.close(contest=contest_or_404(uid), by=str(request.user), at=clock.now())
    toast(request, _("No more photos can be entered."))
    return redirect("contest", uid)


def contest_or_404(uid: UUID) -> Contest:
    found = queries.by_uid(uid)
    if found is None:
        raise Http404
    return found


def around(contest: Contest) -> dict[str, Any]:
    """What every page of one contest has. One query."""
    return {
        "contest": contest,
        "key": contest.survey.key,
        "counts": queries.counts(contest),
        "page_url": contest_url(contest.survey.key),
        "stage": stage(contest, clock.now()),
        "is_draft": stage(contest, clock.now()) is Stage.DRAFT,
    }
