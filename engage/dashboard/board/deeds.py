"""What colleagues do with one suggestion: each a POST of its own, then back to its page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from campaigns.board import deciding
from campaigns.board.models import Joined, Suggestion
from campaigns.board.queries import board
from campaigns.board.telling import to_tell, written
from campaigns.board.words import state_text
from crm.dialogue.actions import open_conversation
from engage.dashboard.board.forms import AnswerForm, WordsForm
from engage.dashboard.board.views import show, suggestion_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids

Standing = Suggestion.Standing
STOOD = {
    Standing.SHOWN.value: gettext_lazy("Everybody can read it now."),
    Standing.REFUSED.value: gettext_lazy("Nobody is shown it."),
    Standing.WAITING.value: gettext_lazy("It waits to be read again."),
}


@require_POST
@role()
def write_suggestion(request: StaffRequest, uid: UUID) -> HttpResponse:
    one, form = suggestion_or_404(uid), WordsForm(request.POST)
    if not form.is_valid():
        return show(request, one, words=form, status=400)
    given = form.cleaned_data
    tags = deciding.tags_in(given["tags"])
    deciding.write(
        suggestion=one, title=given["title"], text=given["words"], tags=tags, by=str(request.user), at=clock.now()
    )
    toast(request, _("Saved."))
    return redirect("suggestion", uid)


@require_POST
@role()
def stand_suggestion(request: StaffRequest, uid: UUID, standing: str) -> HttpResponse:
    """Show it, or show it to nobody; with undo."""
    one = suggestion_or_404(uid)
    if standing not in Standing.values or (standing == Standing.SHOWN and not one.title):
        toast(request, _("Write what it is about first."), wrong=True)
        return redirect("suggestion", uid)
    deciding.stand(suggestion=one, standing=standing, by=str(request.user), at=clock.now())
    toast(request, str(STOOD[standing]), undo=reverse("stand_suggestion", args=[uid, one.standing]))
    return redirect("suggestion", uid)


@require_POST
@role("owner", "marketer")
def answer_suggestion(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Its state and our answer; with `tell`, news to whoever asked for it, once its words were looked at (`sure`)."""
    one, form = suggestion_or_404(uid), AnswerForm(request.POST)
    if not form.is_valid():
        return show(request, one, answer=form, status=400)
    said, by, tell = form.cleaned_data, str(request.user), bool(request.POST.get("tell"))
    is_new = (said["state"], said["answer"]) != (one.state, one.answer)
    if tell and is_new and not request.POST.get("sure") and (count := len(to_tell(one))):
        called = state_text(board(), said["state"])
        subject, text = written(one, called=called, answer=said["answer"], by=by, stop="…")
        context = {"one": one, "said": said, "count": count, "subject": subject, "text": text}
        return render(request, "board/tell.html", context)
    change = deciding.decide(suggestion=one, by=by, at=clock.now(), tell=tell, **said)
    if change is None:
        toast(request, _("Nothing was changed."))
    elif change.told is None:
        toast(request, _("Saved. Nobody was written to."))
    else:
        words = ngettext("Saved. %(n)d person is told.", "Saved. %(n)d people are told.", change.told)
        toast(request, words % {"n": change.told})
    return redirect("suggestion", uid)


@require_POST
@role()
def join_suggestion(request: StaffRequest, uid: UUID) -> HttpResponse:
    """It goes into another that says the same; with undo."""
    one, other = suggestion_or_404(uid), request.POST.get("into", "")
    into = get_object_or_404(Suggestion, uid=other if ids.is_uid(other) else None)
    try:
        joined = deciding.join(suggestion=one, into=into, by=str(request.user), at=clock.now())
    except deciding.CannotJoin:
        toast(request, _("One of them went into another meanwhile."), wrong=True)
        return redirect("suggestion", uid)
    toast(request, _("They are one now. Who voted for both has one vote."), undo=_undo(joined))
    return redirect("suggestion", into.uid)


@require_POST
@role()
def part_suggestions(request: StaffRequest, pk: int) -> HttpResponse:
    joined = get_object_or_404(Joined.objects.select_related("suggestion", "into"), pk=pk)
    deciding.undo_join(joined=joined, by=str(request.user), at=clock.now())
    toast(request, _("They are two again, each with its votes."))
    return redirect("suggestion", joined.suggestion.uid)


@require_POST
@role()
def talk_about_suggestion(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A conversation with whoever suggested it."""
    one = suggestion_or_404(uid)
    if one.contact is None or one.contact.erased:
        toast(request, _("We do not know who suggested it."), wrong=True)
        return redirect("suggestion", uid)
    talk = open_conversation(contact=one.contact, channel="email", subject=one.title, by=request.user, at=clock.now())
    return redirect("conversation", talk.uid)


def _undo(joined: Joined) -> str:
    return reverse("part_suggestions", args=[joined.pk])
