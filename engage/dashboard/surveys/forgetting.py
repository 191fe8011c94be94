"""A draft that nobody ever saw is thrown away, once its author has read what goes with it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.surveys.asked.parse import parse
from campaigns.surveys.forgetting import InUse, Seen, forget_draft, is_unseen, used_by
from campaigns.surveys.models import Survey
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.tabs import stand
from engage.dashboard.surveys.views import find


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def forget_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """GET asks, and says what speaks of it; POST does it."""
    found = find(uid)
    if request.method == "POST":
        return _forget(request, found)
    if not is_unseen(found):
        return _stays(request, found)
    stand(request, found)
    written = parse(found.draft)
    context = {"survey": found, "count": len(written.asking), "used_by": used_by(found)}
    return render(request, "surveys/forget.html", context)


def _forget(request: StaffRequest, found: Survey) -> HttpResponse:
    try:
        forget_draft(found)
    except Survey.DoesNotExist:
        raise Http404 from None
    except Seen:
        return _stays(request, found)
    except InUse as used:
        by = ", ".join(used.used_by)
        toast(request, _("Kept, because this depends on it: {by}.").format(by=by), wrong=True)
        return redirect("survey", found.uid)
    toast(request, _("“%(name)s” was a draft, and is gone.") % {"name": found.title})
    return redirect("sign_up_forms" if parse(found.draft).permission else "surveys")


def _stays(request: StaffRequest, found: Survey) -> HttpResponse:
    toast(request, _("It was published or has answers, so it stays. You can close it."), wrong=True)
    return redirect("survey", found.uid)
