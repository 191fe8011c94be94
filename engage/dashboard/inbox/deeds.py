"""What staff do with a conversation: each a POST of its own, then back to the page."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.business import queries as business_queries
from crm.business.queries import has_teams
from crm.dialogue import actions
from crm.dialogue.models import Message
from engage.dashboard.inbox.forms import AssignForm, LaterForm, NoteForm
from engage.dashboard.inbox.held import FateForm
from engage.dashboard.inbox.later import CHOICES, comes_back
from engage.dashboard.inbox.views import conversation_or_404, show
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_POST
@role()
def note_conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    conversation, form = conversation_or_404(uid), NoteForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return show(request, conversation, note=form, status=400)
    actions.note(conversation=conversation, text=form.cleaned_data["text"], by=request.user, at=clock.now())
    return redirect("conversation", uid)


@require_POST
@role()
def done_conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.close(conversation=conversation_or_404(uid), by=request.user, at=clock.now())
    return _on_to_the_next(request, uid, _("Done."))


@require_POST
@role()
def nothing_to_answer(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.nothing_to_answer(conversation=conversation_or_404(uid), by=request.user, at=clock.now())
    return _on_to_the_next(request, uid, _("Nothing to answer."))


@require_POST
@role()
def snooze_conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    conversation, form = conversation_or_404(uid), LaterForm(request.POST)
    if not form.is_valid():
        return show(request, conversation, status=400)
    now = clock.now()
    until = comes_back(form.cleaned_data["until"], now, ZoneInfo(business_queries.business().timezone))
    actions.snooze(conversation=conversation, until=until, by=request.user, at=now)
    return _on_to_the_next(request, uid, _("Put off. It comes back by itself."))


@require_POST
@role()
def reopen_conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.reopen(conversation=conversation_or_404(uid), by=request.user, at=clock.now())
    return redirect("conversation", uid)


@require_POST
@role()
def assign_conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    conversation, form = conversation_or_404(uid), AssignForm(request.POST)
    if not form.is_valid():
        return show(request, conversation, status=400)
    team, by, at = form.cleaned_data["team"], request.user, clock.now()
    if "next" in request.POST and has_teams():
        if not actions.hand_to_next(conversation=conversation, by=by, at=at):
            toast(request, _("Nobody is there whose turn it could be. It stays as it is."), wrong=True)
    elif team or "no_team" in request.POST:
        actions.assign_team(conversation=conversation, team=team, by=by, at=at)
    else:
        actions.assign(conversation=conversation, to=form.cleaned_data["to"], by=by, at=at)
    return redirect("conversation", uid)


@require_POST
@role()
def choose_fate(request: StaffRequest, uid: UUID, message: UUID) -> HttpResponse:
    """What becomes of a held message when the conversation ends."""
    conversation, form, now = conversation_or_404(uid), FateForm(request.POST), clock.now()
    held = get_object_or_404(Message, uid=message, contact=conversation.contact_id)
    if form.is_valid():
        fate = form.cleaned_data["fate"]
        zone = ZoneInfo(business_queries.business().timezone)
        until = comes_back(fate, now, zone) if fate in CHOICES else None
        if not actions.choose_on_closing(message=held, fate=fate, until=until):
            toast(request, _("It is not held any more."), wrong=True)
    return redirect(reverse("conversation", args=[uid]) + "#held")


def _on_to_the_next(request: StaffRequest, uid: UUID, said: str) -> HttpResponse:
    """To the list, with a way back."""
    toast(request, said, undo=reverse("reopen_conversation", args=[uid]))
    return redirect("inbox")
