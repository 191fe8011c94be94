"""At the counter somebody shows a code: is it good, and whose is it? Codes are posted, so that none stands in a log."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.offers import actions, queries
from campaigns.offers.links import offer_url
from campaigns.offers.models import Given
from engage.dashboard.offers.words import why_words
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

LONGEST = 400


@require_http_methods(["GET", "POST"])
@role()
def counter(request: StaffRequest) -> HttpResponse:
    """A code, or the link of a page, as it was typed or scanned. Two queries at most."""
    text = request.POST.get("code", "")[:LONGEST].strip()
    if request.method != "POST" or not text:
        return render(request, "counter/counter.html", {}, status=200 if request.method != "POST" else 400)
    found = queries.of_code(text)
    if len(found) == 1:
        return redirect("given", found[0].uid)
    at = clock.now()
    context = {
        "text": text,
        "rows": [(one, one.is_late(at)) for one in found],
        "shared": [] if found else queries.shared_by(text),
        "asked": True,
    }
    return render(request, "counter/counter.html", context, status=200 if found or context["shared"] else 404)


@require_GET
@role()
def given(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Whether it is good, for whom, and why they have it. One query."""
    one = _given(uid)
    context = {"one": one, "why": why_words(one), "is_late": one.is_late(clock.now()), "url": offer_url(one)}
    return render(request, "counter/given.html", context)


@require_POST
@role()
def use_given(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Once; with undo."""
    if actions.use(given=_given(uid), by=str(request.user), at=clock.now()):
        toast(request, _("Marked as used."), undo=reverse("undo_given", args=[uid]))
    else:
        toast(request, _("It was used already: see when, and who marked it."), wrong=True)
    return redirect("given", uid)


@require_POST
@role()
def undo_given(request: StaffRequest, uid: UUID) -> HttpResponse:
    if actions.undo_use(given=_given(uid)):
        toast(request, _("It can be used again."))
    return redirect("given", uid)


def _given(uid: UUID) -> Given:
    return get_object_or_404(queries.with_offer(), uid=uid)
