"""How staff answer: now with ten seconds to think again, or later; what they begin is kept until they send it."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.business import queries as business_queries
from crm.dialogue import actions
from crm.dialogue.models import Conversation, Message
from engage.dashboard.inbox.forms import AnswerForm, DraftForm
from engage.dashboard.inbox.later import comes_back
from engage.dashboard.inbox.views import conversation_or_404, show
from engage.dashboard.inbox.ways import is_before_visitor
from engage.dashboard.shell import times
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

UNDO = timedelta(seconds=10)
LONGEST_AHEAD = timedelta(days=366)


@require_POST
@role()
def answer_conversation(request: StaffRequest, uid: UUID) -> HttpResponseBase:
    """Queue the answer; refused, with the words kept and the new lines marked, if the conversation moved."""
    conversation, form, now = conversation_or_404(uid), AnswerForm(request.POST), clock.now()
    leaves = _leaves(form, now) if form.is_valid() else None
    if form.errors:
        return show(request, conversation, answer=form, status=400)
    there = leaves is None and is_before_visitor(conversation)
    words = form.cleaned_data
    try:
        message = actions.reply(
            conversation=conversation,
            text=words["text"],
            by=request.user,
            at=now,
            seen=words["seen"],
            uid=words["once"],
            leaves=leaves or (now if there else now + UNDO),
            scheduled=leaves is not None,
            asks=words["asks"],
        )
    except actions.ConversationMoved as moved:
        again = AnswerForm(initial={**words, "seen": moved.lines[-1].pk})
        return show(request, conversation, answer=again, seen=words["seen"], status=409)
    undo = "" if there else reverse("take_answer_back", args=[message.uid])
    if leaves:
        when = times.moment(leaves, now)
        toast(
            request, _("Goes out %(when)s. If they write before, it waits until you look.") % {"when": when}, undo=undo
        )
    elif "done" in request.POST:
        actions.close(conversation=conversation, by=request.user, at=now)
        toast(request, _("On its way to %(name)s. Done.") % {"name": conversation.contact}, undo=undo)
        return redirect("inbox")
    else:
        said = _("%(name)s has it in the chat.") if there else _("On its way to %(name)s.")
        toast(request, said % {"name": conversation.contact}, undo=undo)
    return redirect("conversation", uid)


@require_POST
@role()
def take_answer_back(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Undo: for ten seconds, or until a later answer leaves. Its words are in the box again."""
    message, conversation = _answer_or_404(uid)
    if actions.take_answer_back(message=message, by=request.user, at=clock.now()):
        toast(request, _("Taken back: nothing was sent. Your words are in the box."))
    else:
        toast(request, _("Too late: it has left."), wrong=True)
    return redirect("conversation", conversation.uid)


@require_POST
@role()
def send_answer_now(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What waits for its time, or for somebody to look, goes now."""
    (message, conversation), form = _answer_or_404(uid), DraftForm(request.POST)
    try:
        seen = form.cleaned_data["seen"] if form.is_valid() else 0
        sent = actions.send_now(message=message, by=request.user, at=clock.now(), seen=seen or 0)
    except actions.ConversationMoved:
        toast(request, _("Not sent: there are new words. Read them first."), wrong=True)
    else:
        if sent:
            toast(request, _("On its way."))
        else:
            toast(request, _("It has left already."), wrong=True)
    return redirect("conversation", conversation.uid)


@require_POST
@role()
def keep_draft(request: StaffRequest, uid: UUID) -> HttpResponse:
    """For the script, while somebody writes: kept until it is sent. What was sent a moment ago is no draft any more."""
    conversation, form = conversation_or_404(uid), DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    once = form.cleaned_data["once"]
    sent = Message.objects.filter(origin=f"reply:{conversation.uid}", occurrence=str(once)).exists() if once else False
    if not sent:
        text = form.cleaned_data["text"]
        actions.keep_draft(conversation=conversation, text=text, by=request.user, at=clock.now())
    return HttpResponse(status=204)


@require_POST
@role()
def look_at_conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    """For the script, now and then: colleagues see who has it before them, and who writes. Mentions are read by it."""
    conversation = conversation_or_404(uid)
    actions.read_mentions(conversation=conversation, by=request.user, at=clock.now())
    writes = request.POST.get("writes") == "1"
    actions.tell_presence(conversation=conversation.uid, by=request.user, writes=writes)
    if writes:
        actions.tell_visitor_of_writing(conversation=conversation, by=request.user)
    return HttpResponse(status=204)


def _answer_or_404(uid: UUID) -> tuple[Message, Conversation]:
    answers = Message.objects.select_related("conversation").filter(direction=Message.Direction.OUT)
    answers = answers.filter(klass=Message.Class.CONVERSATION).exclude(conversation=None)
    message = get_object_or_404(answers, uid=uid)
    return message, Conversation.objects.get(messages=message)


def _leaves(form: AnswerForm, now: datetime) -> datetime | None:
    """When it is to go, None for at once. What makes no sense is an error of the form's."""
    zone, wanted = ZoneInfo(business_queries.business().timezone), form.cleaned_data["leaves"]
    if wanted == "at":
        moment = form.cleaned_data["leaves_at"]
        leaves = moment.replace(tzinfo=zone) if moment else None
        if leaves is None or not now < leaves < now + LONGEST_AHEAD:
            form.add_error(None, _("Choose a moment from now on, within a year."))
        return leaves
    return comes_back(wanted, now, zone) if wanted else None
