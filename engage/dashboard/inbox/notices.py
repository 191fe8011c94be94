"""Whether a colleague wants mail about new words in what is in their hands, and about what waits in the rooms: their
own switches."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.dialogue.actions.notices import wish_notices, wish_waiting
from crm.dialogue.models import NoticeWish, WaitingWish
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role()
def my_notices(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        wish = wish_waiting if "waiting" in request.POST else wish_notices
        wish(by=request.user, wanted="1" in (request.POST.get("wanted"), request.POST.get("waiting")), at=clock.now())
        toast(request, _("Saved."))
        return redirect("my_notices")
    wanted = NoticeWish.objects.filter(colleague=request.user).exists()
    waiting = WaitingWish.objects.filter(colleague=request.user).exists()
    return render(request, "inbox/notices.html", {"wanted": wanted, "waiting": waiting})
