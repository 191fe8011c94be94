"""What can be done with a journey: each verb shows what it will do, and does it by POST."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.journeys import actions, queries
from campaigns.journeys.models import Journey
from engage.dashboard.journeys.one import journey_or_404, walk_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def pause_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    return _verb(request, uid, "pause", actions.pause_journey, _("Paused. Everybody stays where they stand."))


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def stop_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    return _verb(request, uid, "stop", actions.stop_journey, _("Stopped. Everybody leaves it."))


@require_POST
@role("owner", "marketer")
def copy_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A draft like it, to be changed."""
    copied = actions.copy_journey(journey_or_404(uid), by=str(request.user), at=clock.now())
    toast(request, _("This is the copy: a draft that nobody is on."))
    return redirect("journey", copied.uid)


@require_POST
@role("owner", "marketer")
def delete_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Only a draft that nobody ever walked."""
    try:
        actions.delete_draft(journey_or_404(uid))
    except actions.WrongState:
        toast(request, _("It was published meanwhile, so it stays."), wrong=True)
        return redirect("journey", uid)
    toast(request, _("The draft is deleted."))
    return redirect("journey_drafts")


@require_POST
@role("owner", "marketer")
def end_walk(request: StaffRequest, uid: UUID, enrolment: UUID) -> HttpResponse:
    """Take one person off."""
    actions.end_enrolment(walk_or_404(uid, enrolment), by=str(request.user), at=clock.now())
    toast(request, _("Taken off. What was queued already still goes out."))
    return redirect("journey_walk", uid, enrolment)


def _verb(request: StaffRequest, uid: UUID, verb: str, act: Callable[..., None], done: str) -> HttpResponse:
    found = journey_or_404(uid)
    if request.method != "POST":
        return _ask(request, found, verb)
    try:
        act(found, by=str(request.user), at=clock.now())
    except actions.WrongState:
        toast(request, _("Somebody changed it meanwhile: look again."), wrong=True)
    else:
        toast(request, done)
    return redirect("journey", uid)


def _ask(request: StaffRequest, found: Journey, verb: str) -> HttpResponse:
    context = {"journey": found, "verb": verb, "on_it": queries.totals(found).on_it}
    return render(request, "journeys/confirm.html", context)
