"""Start, pause, go on, cancel, change the pace, choose a version: each says what it means before it is done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.broadcasts import actions
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.queries import progress
from campaigns.broadcasts.standing import causes
from engage.dashboard.broadcasts.finding import broadcast_or_404
from engage.dashboard.broadcasts.forms import PaceForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

State = Broadcast.State
NOT_NOW: Promise = gettext_lazy("That could not be done any more: look how it stands now.")


@require_POST
@role("owner", "marketer")
def start_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    """From its own page, which says everything first. What stands in the way is listed there."""
    return _do(request, uid, actions.start)


@require_POST
@role("owner", "marketer")
def pause_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    """At once: nothing is lost by it."""
    return _do(request, uid, actions.pause, _("Paused. Who has not had it waits until you go on."))


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def resume_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Asks first, with how many are still to come; where it paused itself, somebody must be sure."""
    if request.method == "POST":
        return _do(request, uid, actions.resume, _("It goes on."), sure="sure" in request.POST)
    found, now = broadcast_or_404(uid), clock.now()
    context = {"broadcast": found, "progress": progress(found, now=now), "causes": causes(found, at=now)}
    return render(request, "broadcasts/resume.html", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def cancel_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Before it began it is a draft again; after that it asks first, with how many do not get it."""
    if request.method == "POST":
        return _do(request, uid, actions.cancel, _("Cancelled."))
    found = broadcast_or_404(uid)
    return render(request, "broadcasts/cancel.html", {"broadcast": found, "progress": progress(found, now=clock.now())})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def pace_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    """How fast it goes from now on."""
    found = broadcast_or_404(uid)
    form = PaceForm(request.POST or None, initial=PaceForm.said_of(found))
    if request.method == "POST" and form.is_valid():
        return _do(request, uid, actions.set_pace, **form.pace_of_draft())
    context = {"broadcast": found, "form": form}
    return render(request, "broadcasts/pace.html", context, status=400 if form.is_bound else 200)


@require_POST
@role("owner", "marketer")
def choose_version(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The rest gets this version, without waiting for the sample."""
    letter = request.POST.get("letter", "").replace("\x00", "")[:1]
    said = _("The rest gets version %(letter)s.") % {"letter": letter.upper()}
    return _do(request, uid, actions.choose_winner, said, letter=letter)


def _do(
    request: StaffRequest, uid: UUID, verb: Callable[..., Broadcast], said: str = "", **details: Any
) -> HttpResponse:
    """Do it and go to its page, which says what came of it."""
    try:
        verb(broadcast_or_404(uid), **details, by=str(request.user), at=clock.now())
    except actions.NotReady as refused:
        toast(request, " ".join(problem.message for problem in refused.problems[:3]), wrong=True)
    except actions.BrakeOn:
        toast(request, _("It paused itself because it did harm. Look first, and say that you are sure."), wrong=True)
        return redirect("resume_broadcast", uid)
    except actions.WrongState:
        toast(request, NOT_NOW, wrong=True)
    else:
        if said:
            toast(request, said)
    return redirect("broadcast", uid)
