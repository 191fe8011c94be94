"""Who may answer, and until when. It holds at once, whatever version is published, so that it is saved by a button."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.surveys import queries
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.filling.spam import is_attacked
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import ALL, Proof, parse_limits
from campaigns.surveys.models import Survey
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.limits_form import LimitsForm
from engage.dashboard.surveys.poll_questions import to_its_poll
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def limit_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Six queries at most."""
    found = get_object_or_404(Survey.objects.select_related("current"), uid=uid)
    if poll := to_its_poll(request, found):
        return poll
    definition = queries.definition_of(found.current) if found.current else parse(found.draft)
    taken, apart = dict(found.places.values_list("key", "taken")), queries.apart(found)
    limits = parse_limits(found.limits)
    form = LimitsForm(request.POST or None, definition=definition, taken=taken, limits=limits)
    if request.method == "POST" and form.is_valid():
        try:
            set_limits(survey=found, limits=parse_limits(form.raw()), by=str(request.user), at=clock.now())
        except BadDefinition as refused:
            form.blame(refused.problems)
        else:
            toast(request, _("Saved. It holds from now on."))
            return redirect("limit_survey", found.uid)
    attacked = limits.proof is Proof.ATTACKED and is_attacked(found.pk)
    context = {"attacked": attacked, "survey": found, "form": form, "taken": taken.get(ALL), "apart": apart}
    return render(request, "surveys/limits.html", context, status=400 if form.errors else 200)
