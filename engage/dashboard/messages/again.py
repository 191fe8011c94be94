"""What may have gone out goes out once more, if somebody says so who knows that it may arrive twice."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.dialogue import actions
from crm.dialogue.models import Message
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

MOST = 500


@role("owner", "marketer")
def send_again(request: StaffRequest) -> HttpResponse:
    """`message`, several times, says which. GET shows them with what it means; POST sends them."""
    asked = request.POST if request.method == "POST" else request.GET
    found = Message.objects.filter(uid__in=list(_uids(asked.getlist("message"))), state=Message.State.UNKNOWN)
    chosen = list(found.filter(direction=Message.Direction.OUT).select_related("contact", "content").order_by("id"))
    if not chosen:
        toast(request, _("Of what was chosen, nothing may be sent again."), wrong=True)
        return redirect("sent")
    if request.method != "POST":
        return render(request, "messages/again.html", {"chosen": chosen})
    sent = actions.send_again([message.pk for message in chosen], by=str(request.user), at=clock.now())
    words = ngettext("%(n)d message goes out once more.", "%(n)d messages go out once more.", sent)
    toast(request, words % {"n": sent})
    return redirect("sent")


def _uids(texts: list[str]) -> set[UUID]:
    found = set[UUID]()
    for text in texts[:MOST]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
