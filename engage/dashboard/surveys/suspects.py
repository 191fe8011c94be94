"""Answers that came faster than anybody reads: the owner says whether it was a person."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from campaigns.surveys import queries
from campaigns.surveys.models import Survey
from campaigns.surveys.taking.suspects import forget, release, suspects
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.choosing import is_uid
from engage.lib import clock

PAGE = 20


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def suspect_answers(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The latest. Two queries."""
    found = get_object_or_404(Survey, uid=uid)
    if request.method == "POST":
        _do(request, found)
        return redirect("suspect_answers", found.uid)
    rows = [(one, queries.given(one, queries.definition_of(one.version))) for one in suspects(found, size=PAGE)]
    return render(request, "surveys/suspects.html", {"survey": found, "rows": rows})


def _do(request: StaffRequest, found: Survey) -> None:
    act, _space, uid = request.POST.get("do", "").partition(" ")
    if act == "person" and is_uid(uid):
        counted = release(survey=found, uid=uid, at=clock.now())
        text = _("It counts now, and is remembered.") if counted else _("It is gone, or no place is left for it.")
        toast(request, text, wrong=not counted)
    elif act == "machines":
        gone = forget(survey=found, uids=[one for one in request.POST.getlist("shown") if is_uid(one)][:PAGE])
        toast(request, ngettext("%(n)d answer is gone.", "%(n)d answers are gone.", gone) % {"n": gone})
