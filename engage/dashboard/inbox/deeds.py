"""What staff do with a conversation: each a POST of its own, then back to the page."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.business import queries as business_queries
from crm.dialogue import actions
from engage.dashboard.inbox.forms import AnswerForm, AssignForm, LaterForm, NoteForm
from engage.dashboard.inbox.later import comes_back
from engage.dashboard.inbox.views import conversation_or_404, show
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_POST
@role()
def answer_conversation(request: StaffRequest, uid: UUID) -> HttpResponseBase:
    """Queue the answer; refused, with the words kept and the new lines marked, if the conversation moved."""
    conversation, form = conversation_or_404(uid), AnswerForm(request.POST)
    if not form.is_valid():
        return show(request, conversation, answer=form, status=400)
    words = form.cleaned_data
    try:
        actions.reply(
            conversation=conversation,
            text=words["text"],
            by=request.user,
            at=clock.now(),
            seen=words["seen"],
            uid=words["once"],
        )
    except actions.ConversationMoved as moved:
        again = AnswerForm(initial={**words, "seen": moved.lines[-1].pk})
        return show(request, conversation, answer=again, seen=words["seen"], status=409)
    if "done" in request.POST:
        return done_conversation(request, uid)
    toast(request, _("On its way to %(name)s.") % {"name": conversation.contact})
    return redirect("conversation", uid)


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
    actions.assign(conversation=conversation, to=form.cleaned_data["to"], by=request.user, at=clock.now())
    return redirect("conversation", uid)


def _on_to_the_next(request: StaffRequest, uid: UUID, said: str) -> HttpResponse:
    """To the list, with a way back."""
    toast(request, said, undo=reverse("reopen_conversation", args=[uid]))
    return redirect("inbox")
