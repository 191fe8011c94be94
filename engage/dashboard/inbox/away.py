"""Colleagues who are away are given nothing; they say so themselves."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.business.queries import has_teams, working_week
from crm.dialogue.actions.desks import come_back, go_away
from crm.dialogue.models import Conversation, Desk
from engage.dashboard.inbox.forms import AwayForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role()
def my_desk(request: StaffRequest) -> HttpResponse:
    """Away until a day, or until further notice; and back."""
    if not has_teams():
        raise Http404
    form = AwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _changed(request, form)
    desk = Desk.objects.filter(colleague=request.user).first()
    in_hand = Conversation.objects.filter(assignee=request.user).exclude(state=Conversation.State.DONE).count()
    context = {"form": form, "desk": desk if desk and desk.is_away(_today()) else None, "in_hand": in_hand}
    return render(request, "inbox/away.html", context, status=400 if form.errors else 200)


def away_now() -> frozenset[int]:
    """Who is away. One query."""
    today = _today()
    return frozenset(desk.pk for desk in Desk.objects.exclude(away=None) if desk.is_away(today))


def _changed(request: StaffRequest, form: AwayForm) -> HttpResponse:
    back, now = form.cleaned_data["back"], clock.now()
    if "here" in request.POST:
        come_back(request.user)
        toast(request, _("Welcome back: it is your turn again."))
    elif back and back <= _today():
        toast(request, _("Choose a day from tomorrow on."), wrong=True)
    else:
        go_away(request.user, back=back, at=now)
        toast(request, _("You are away: nothing new is given to you."))
    return redirect("my_desk")


def _today() -> date:
    return clock.now().astimezone(working_week().zone).date()
