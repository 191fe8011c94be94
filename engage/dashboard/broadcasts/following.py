"""What comes after: a copy, a reminder, a message to those with one outcome; or the draft is forgotten."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.broadcasts import actions
from campaigns.broadcasts.outcome import OUTCOMES
from campaigns.broadcasts.preparing import LEAST_DAYS
from engage.dashboard.broadcasts.finding import broadcast_or_404
from engage.dashboard.broadcasts.steering import NOT_NOW
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_POST
@role("owner", "marketer")
def copy_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    made = actions.copy_broadcast(broadcast_or_404(uid), by=str(request.user), at=clock.now())
    toast(request, _("A draft that says the same to the same groups."))
    return redirect("broadcast", made.uid)


@require_POST
@role("owner", "marketer")
def delete_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    found = broadcast_or_404(uid)
    try:
        actions.delete_draft(found)
    except actions.WrongState:
        toast(request, NOT_NOW, wrong=True)
        return redirect("broadcast", uid)
    toast(request, _("“%(name)s” was a draft, and is gone.") % {"name": found.name})
    return redirect("broadcasts")


@require_POST
@role("owner", "marketer")
def remind_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Once, to those who neither clicked, replied nor ordered."""
    days = request.POST.get("days", "")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else LEAST_DAYS
    try:
        made = actions.remind(broadcast_or_404(uid), days=min(number, 365), by=str(request.user), at=clock.now())
    except actions.AlreadyReminding:
        toast(request, _("There is a reminder of it already: one is enough."), wrong=True)
        return redirect("broadcast", uid)
    except actions.WrongState:
        toast(request, NOT_NOW, wrong=True)
        return redirect("broadcast", uid)
    toast(request, _("A draft of a reminder. It goes out when you start it, and not before its days are over."))
    return redirect("broadcast", made.uid)


@require_POST
@role("owner", "marketer")
def follow_up_broadcast(request: StaffRequest, uid: UUID) -> HttpResponse:
    outcome = request.POST.get("outcome", "")
    try:
        if outcome not in OUTCOMES:
            raise actions.WrongState
        made = actions.follow_up(broadcast_or_404(uid), outcome=outcome, by=str(request.user), at=clock.now())
    except actions.WrongState:
        toast(request, NOT_NOW, wrong=True)
        return redirect("broadcast", uid)
    return redirect("broadcast_what", made.uid)
