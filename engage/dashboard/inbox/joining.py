"""Merge and split, each with its undo."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.dialogue.actions.joining import CannotJoin, merge_conversations, split_conversation, undo_merge
from crm.dialogue.models import Conversation, Joined, Message
from engage.dashboard.inbox.views import conversation_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids


@require_POST
@role()
def merge_talks(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The other one, `with`, goes into this one."""
    into, other = conversation_or_404(uid), request.POST.get("with", "")
    out = get_object_or_404(Conversation, uid=other if ids.is_uid(other) else uid)
    try:
        row = merge_conversations(conversation=out, into=into, by=request.user, at=clock.now())
    except CannotJoin:
        toast(request, _("Only two conversations of the same person become one."), wrong=True)
    else:
        toast(request, _("They are one conversation now."), undo=reverse("undo_merge_talks", args=[row.pk]))
    return redirect("conversation", uid)


@require_POST
@role()
def undo_merge_talks(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Joined.objects.select_related("into"), pk=pk)
    undo_merge(joined=row, by=request.user, at=clock.now())
    return redirect("conversation", row.into.uid)


@require_POST
@role()
def split_talk(request: StaffRequest, uid: UUID) -> HttpResponse:
    """From the message `uid` on."""
    message = get_object_or_404(Message.objects.exclude(conversation=None), uid=uid)
    before = Conversation.objects.get(messages=message)
    try:
        new = split_conversation(message=message, by=request.user, at=clock.now())
    except CannotJoin:
        toast(request, _("These are the first words: nothing would be left."), wrong=True)
        return redirect("conversation", before.uid)
    toast(request, _("A conversation of its own now."), undo=reverse("undo_split", args=[before.uid, new.uid]))
    return redirect("conversation", new.uid)


@require_POST
@role()
def undo_split(request: StaffRequest, uid: UUID, new: UUID) -> HttpResponse:
    try:
        out = conversation_or_404(new)
        merge_conversations(conversation=out, into=conversation_or_404(uid), by=request.user, at=clock.now())
    except CannotJoin:
        toast(request, _("Only two conversations of the same person become one."), wrong=True)
    return redirect("conversation", uid)
