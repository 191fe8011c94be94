"""Try a webhook's address from its card, before anybody comes by."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.journeys.ways import steps_of
from campaigns.journeys.webhooks.queue import host_of
from campaigns.journeys.webhooks.sending import send_test
from crm.business.queries import fresh_business
from engage.dashboard.journeys.flow.outward_forms import WebhookForm
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.journeys.webhooks import tested_words
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_POST
@role("owner", "marketer")
def flow_test(request: StaffRequest, uid: UUID, step: str) -> HttpResponse:
    """Tell the address that stands in the draft what the step would tell, about nobody."""
    found = journey_or_404(uid)
    part = steps_of(found.draft).get(step)
    if part is None or part["kind"] != "webhook":
        raise Http404
    if fresh_business().demo:
        answer, wrong = _("Nothing was sent: nothing leaves the demo shop."), True
    else:
        said = WebhookForm.read(part)
        result = send_test(url=said["url"], name=said["event"], step=step, journey=found, at=clock.now())
        answer, wrong = tested_words(host_of(said["url"]), result), bool(result.reason)
    if request.htmx:
        return render(request, "journeys/flow_tested.html", {"answer": answer, "wrong": wrong})
    toast(request, answer, wrong=wrong)
    return redirect("journey_flow_card", found.uid, step)
