"""The system that is told of each answer to a survey."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.surveys import actions, telling
from campaigns.surveys.models import AnswerHook
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.views import find
from engage.lib import clock


@require_POST
@role("owner", "marketer")
def name_survey_webhook(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Its address; empty for none."""
    found, url = find(uid), request.POST.get("url", "").strip()
    if actions.name_webhook(survey=found, url=url, by=str(request.user), at=clock.now()):
        toast(request, _("Each answer is told from now on.") if url else _("Nobody is told any more."))
    else:
        toast(request, _("Write an address that begins with https://."), wrong=True)
    return redirect("survey", found.uid)


@require_POST
@role("owner", "marketer")
def tell_answer_again(request: StaffRequest, uid: UUID, hook: UUID) -> HttpResponse:
    """Try one that failed for another day."""
    failed = get_object_or_404(AnswerHook, uid=hook, response__survey__uid=uid)
    telling.send_again(failed, at=clock.now())
    toast(request, _("It is tried again."))
    return redirect("survey", uid)
