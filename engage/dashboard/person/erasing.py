"""Erasing a person for good, on their wish: only the owner, and only after saying so twice."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.contacts.actions import erase
from engage.dashboard.person.views import contact_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role("owner")
def erase_person(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Asks first; erases when the box is ticked. There is no way back."""
    contact = contact_or_404(uid)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        erase(contact=contact, by=str(request.user), at=clock.now())
        toast(request, _("Erased."))
        return redirect("people")
    unsure = request.method == "POST"
    context = {"contact": contact, "unsure": unsure}
    return render(request, "person/erase_person.html", context, status=400 if unsure else 200)
