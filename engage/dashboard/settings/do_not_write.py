"""The do-not-write list: which addresses get nothing, why, since when, and off it again."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.contacts import normal
from crm.contacts.actions import address_digest, lift_suppression, suppress
from crm.contacts.models import Suppression
from crm.dialogue.actions import start_sender, work_off
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.cursor import page_by_time

AT_ONCE = 2.0
"""Seconds for which a press lets go what waited; the sweep goes on with the rest."""


@require_GET
@role("owner", "marketer")
def do_not_write(request: StaffRequest) -> HttpResponse:
    """The list, or one address of it. One query."""
    asked = request.GET.get("address", "").strip()
    found = Suppression.objects.standing(clock.now())
    if asked:
        found = found.filter(digest=address_digest(asked))
    page = page_by_time(found, request.GET.get("cursor", ""))
    return render(request, "settings/do_not_write.html", {"page": page, "asked": asked})


@require_POST
@role("owner", "marketer")
def add_to_list(request: StaffRequest) -> HttpResponse:
    address = normal.email(request.POST.get("address", ""))
    if address is None:
        toast(request, _("This is no e-mail address. Nothing was changed."), wrong=True)
    else:
        suppress(address=address.value, reason=Suppression.Reason.STAFF, by=str(request.user), at=clock.now())
        toast(request, _("On the list: nothing goes to this address any more."))
    return redirect("do_not_write")


@require_POST
@role("owner", "marketer")
def take_off_list(request: StaffRequest) -> HttpResponse:
    if lift_suppression(address=request.POST.get("address", "")):
        toast(request, _("Off the list. What was not sent meanwhile stays unsent."))
    return redirect("do_not_write")


@require_POST
@role("owner")
def mended_sender(request: StaffRequest) -> HttpResponse:
    """What made servers refuse us is mended, the owner says: marketing goes on."""
    at = clock.now()
    if start_sender(by=str(request.user), at=at):
        work_off(at=at, seconds=AT_ONCE)
        toast(request, _("Marketing goes out again. Where servers still refuse it, it stops again and says so."))
    return redirect("settings_sending")
