"""What staff may do with one thing we remember, on the customer's wish."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.preferences import actions
from crm.preferences.models import Preference
from crm.preferences.queries import visible_to
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_POST
@role()
def forget_memory(request: StaffRequest, uid: UUID) -> HttpResponse:
    """It and everything said under its key is blanked; there is no way back."""
    preference = _preference_or_404(request, uid)
    actions.forget(preference, by=str(request.user), at=clock.now())
    toast(request, _("Forgotten."))
    return redirect("person", preference.contact.uid)


@require_POST
@role()
def mute_memory(request: StaffRequest, uid: UUID) -> HttpResponse:
    preference = _preference_or_404(request, uid)
    actions.mute(preference, by=str(request.user), at=clock.now())
    toast(request, _("We know it and never mention it."), undo=reverse("unmute_memory", args=[uid]))
    return redirect("person", preference.contact.uid)


@require_POST
@role()
def unmute_memory(request: StaffRequest, uid: UUID) -> HttpResponse:
    preference = _preference_or_404(request, uid)
    actions.unmute(preference, by=str(request.user), at=clock.now())
    return redirect("person", preference.contact.uid)


def _preference_or_404(request: StaffRequest, uid: UUID) -> Preference:
    """Only what a colleague of this role may see."""
    seen = Preference.objects.select_related("contact", "key").filter(visible_to(str(request.user.role)))
    return get_object_or_404(seen, uid=uid)
