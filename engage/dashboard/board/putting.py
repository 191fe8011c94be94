"""What a customer said to us, or answered, goes on the board: two presses, with their permission."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.board.actions import put
from campaigns.board.deciding import tags_in
from campaigns.board.models import Suggestion
from campaigns.board.words import split
from campaigns.surveys.models import Response
from crm.contacts.actions import Owner
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from engage.dashboard.board.forms import PutForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@dataclass(frozen=True, slots=True)
class Source:
    """Where the words are from."""

    kind: str
    id: str
    text: str
    contact: Contact
    recorded_for: int


@require_http_methods(["GET", "POST"])
@role()
def put_words(request: StaffRequest, uid: UUID) -> HttpResponse:
    """From a conversation."""
    found = Message.objects.select_related("contact")
    said = get_object_or_404(found, uid=uid, direction=Message.Direction.IN)
    return _put(request, Source("message", str(said.uid), said.text, said.contact, said.recorded_for_id))


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def put_answer(request: StaffRequest, uid: UUID, question: str) -> HttpResponse:
    """From an answer to a survey."""
    found = Response.objects.select_related("contact").exclude(contact=None).filter(state=Response.State.FINAL)
    given = get_object_or_404(found, uid=uid, answers__has_key=question)
    assert given.contact is not None and given.recorded_for_id is not None
    text = str(given.answers[question]["words"])
    return _put(request, Source("answer", f"{given.uid}:{question}", text, given.contact, given.recorded_for_id))


def _put(request: StaffRequest, source: Source) -> HttpResponse:
    if known := Suggestion.objects.filter(source_kind=source.kind, source_id=source.id).first():
        toast(request, _("It is on the board already."))
        return redirect("suggestion", known.uid)
    title, words = split(source.text)
    form = PutForm(request.POST or None, initial={"title": title, "words": words})
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return render(request, "board/put_words.html", {"form": form, "source": source}, status=status)
    given, at = form.cleaned_data, clock.now()
    made = put(
        title=given["title"],
        text=given["words"],
        original=source.text,
        owner=Owner(source.contact.pk, source.recorded_for),
        source=(source.kind, source.id),
        by=str(request.user),
        at=at,
    )
    Suggestion.objects.filter(pk=made.pk).update(tags=tags_in(given["tags"]))
    toast(request, _("It is on the board, with their vote."))
    return redirect("suggestion", made.uid)
