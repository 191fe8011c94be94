"""How staff sort conversations: urgent, tags, spam, whom we do not answer; one, or many at once."""

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.business import queries as business_queries
from crm.business.models import User
from crm.contacts.models import Contact
from crm.dialogue import actions
from crm.dialogue.models import Conversation, Tag, Team
from engage.dashboard.inbox.forms import ManyForm, TagForm
from engage.dashboard.inbox.later import comes_back
from engage.dashboard.inbox.views import conversation_or_404
from engage.dashboard.people import searches
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids

MOST_AT_ONCE = 100


@require_POST
@role()
def mark_urgent(request: StaffRequest, uid: UUID) -> HttpResponse:
    urgent = request.POST.get("urgent") == "1"
    actions.set_urgent(conversation=conversation_or_404(uid), urgent=urgent, by=request.user, at=clock.now())
    return redirect("conversation", uid)


@require_POST
@role()
def tag_conversation(request: StaffRequest, uid: UUID) -> HttpResponse:
    conversation, form = conversation_or_404(uid), TagForm(request.POST)
    if not form.is_valid():
        toast(request, _("Write a tag of at most 40 characters, without a comma."), wrong=True)
        return redirect("conversation", uid)
    try:
        actions.tag(conversation=conversation, name=form.cleaned_data["name"], by=request.user, at=clock.now())
    except actions.TooManyTags:
        toast(request, _("There are as many tags as there can be. Remove one first."), wrong=True)
    return redirect("conversation", uid)


@require_POST
@role()
def untag_conversation(request: StaffRequest, uid: UUID, tag: UUID) -> HttpResponse:
    chosen = get_object_or_404(Tag, uid=tag)
    actions.untag(conversation=conversation_or_404(uid), tag=chosen, by=request.user, at=clock.now())
    return redirect("conversation", uid)


@require_POST
@role()
def mark_spam(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.mark_spam(conversation=conversation_or_404(uid), by=request.user, at=clock.now())
    toast(request, _("Spam: it asks for nothing any more."), undo=reverse("not_spam", args=[uid]))
    return redirect("inbox")


@require_POST
@role()
def not_spam(request: StaffRequest, uid: UUID) -> HttpResponse:
    actions.not_spam(conversation=conversation_or_404(uid), by=request.user, at=clock.now())
    return redirect("conversation", uid)


@require_POST
@role()
def block_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact, uid=uid)
    actions.block(contact=contact, by=request.user, at=clock.now())
    said = _("We do not answer %(name)s any more. What they write is kept under Spam.") % {"name": contact}
    toast(request, said, undo=reverse("unblock_person", args=[uid]))
    return redirect("inbox")


@require_POST
@role()
def unblock_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact, uid=uid)
    actions.unblock(contact=contact, by=request.user, at=clock.now())
    toast(request, _("We answer %(name)s again.") % {"name": contact})
    return redirect("person", uid)


@require_POST
@role()
def sort_many(request: StaffRequest) -> HttpResponse:
    """The same with all that were chosen, each by itself: what one refuses does not keep the others back."""
    form, wanted = ManyForm(request.POST), [uid for uid in request.POST.getlist("who") if ids.is_uid(uid)]
    chosen = list(Conversation.objects.filter(uid__in=wanted[:MOST_AT_ONCE]).select_related("contact"))
    if not chosen or not form.is_valid():
        toast(request, _("Choose conversations, and what to do with them."), wrong=True)
        return redirect("inbox")
    act, _sep, what = form.cleaned_data["act"].partition(":")
    deed = _deed(request, act, what)
    for conversation in chosen:
        deed(conversation)
    words = ngettext("%(n)d conversation.", "%(n)d conversations.", len(chosen)) % {"n": len(chosen)}
    key = searches.keep(request, " ".join(str(conversation.uid) for conversation in chosen))
    undo = reverse("undo_many", args=[key]) if act in {"done", "nothing", "later", "spam"} else ""
    toast(request, f"{form.label} {words}", undo=undo)
    return redirect("inbox")


@require_POST
@role()
def undo_many(request: StaffRequest, key: str) -> HttpResponse:
    """All of them open again, as far as they are known to this session."""
    uids = [uid for uid in searches.kept(request, key).split() if ids.is_uid(uid)]
    for conversation in Conversation.objects.filter(uid__in=uids):
        actions.reopen(conversation=conversation, by=request.user, at=clock.now())
    return redirect("inbox")


def _deed(request: StaffRequest, act: str, what: str) -> Callable[[Conversation], object]:
    by, at = request.user, clock.now()
    if act == "later":
        until = comes_back(what, at, ZoneInfo(business_queries.business().timezone))
        return lambda one: actions.snooze(conversation=one, until=until, by=by, at=at)
    if act == "hands":
        to = get_object_or_404(User, uid=what, is_active=True) if what else None
        return lambda one: actions.assign(conversation=one, to=to, by=by, at=at)
    if act == "next":
        return lambda one: actions.hand_to_next(conversation=one, by=by, at=at)
    if act == "team":
        team = get_object_or_404(Team, uid=what)
        return lambda one: actions.assign_team(conversation=one, team=team, by=by, at=at)
    if act == "tag":
        name = get_object_or_404(Tag, uid=what).name
        return lambda one: actions.tag(conversation=one, name=name, by=by, at=at)
    if act == "urgent":
        return lambda one: actions.set_urgent(conversation=one, urgent=bool(what), by=by, at=at)
    deed = {"done": actions.close, "nothing": actions.nothing_to_answer, "spam": actions.mark_spam}[act]
    return lambda one: deed(conversation=one, by=by, at=at)
