"""Whether a colleague wants mail about new words in what is in their hands: their own switch."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.dialogue.actions.notices import wish_notices
from crm.dialogue.models import NoticeWish
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_http_methods(["GET", "POST"])
@role()
def my_notices(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        wish_notices(by=request.user, wanted=request.POST.get("wanted") == "1", at=clock.now())
        toast(request, _("Saved."))
        return redirect("my_notices")
    wanted = NoticeWish.objects.filter(colleague=request.user).exists()
    return render(request, "inbox/notices.html", {"wanted": wanted})
