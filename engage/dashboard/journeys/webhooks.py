"""What journeys told other systems, and what they could not."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from campaigns.channels.webhook.calling import Result
from campaigns.journeys.models import Webhook
from campaigns.journeys.webhooks.actions import send_again
from campaigns.journeys.webhooks.queue import host_of
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.cursor import page_by_time

State = Webhook.State

REASONS = {
    "refused": gettext_lazy("it answered {status}"),
    "redirected": gettext_lazy("it sent us elsewhere ({status}), where we do not go"),
    "timed_out": gettext_lazy("it took too long"),
    "unreachable": gettext_lazy("nobody answered there"),
    "unknown_host": gettext_lazy("its name is not known"),
    "own_network": gettext_lazy("that is an address of a private network"),
    "not_https": gettext_lazy("its address does not begin with https://"),
    "tls": gettext_lazy("its certificate is not one to be trusted"),
    "no_http": gettext_lazy("it does not answer as a web server does"),
    "no_address": gettext_lazy("that is no address"),
    "no_secret": gettext_lazy("there is no secret to sign it with"),
}


@require_GET
@role("owner", "marketer")
def failed_webhooks(request: StaffRequest) -> HttpResponse:
    """Those that failed within 30 days, the latest first."""
    found = Webhook.objects.filter(state=State.FAILED).select_related("enrolment__journey", "enrolment__contact")
    page = page_by_time(found, request.GET.get("cursor", ""), field="settled")
    rows = [(webhook, words(webhook)) for webhook in page.rows]
    return render(request, "journeys/webhooks.html", {"page": page, "rows": rows})


@require_POST
@role("owner", "marketer")
def send_webhook_again(request: StaffRequest, webhook: UUID) -> HttpResponse:
    if send_again(get_object_or_404(Webhook, uid=webhook), at=clock.now()):
        toast(request, _("It is tried again, for a day."))
    return redirect("failed_webhooks")


def tested_words(host: str, result: Result) -> str:
    """How a test went, in a sentence."""
    if not result.reason:
        return _("{host} took it, and answered {status}.").format(host=host, status=result.status)
    return _("{host} did not take it: {why}.").format(host=host or "–", why=_why(result.reason, result.status))


def _why(reason: str, status: int | None) -> str:
    return str(REASONS.get(reason, reason)).format(status=status)


def words(webhook: Webhook) -> str:
    """What became of it, in a sentence."""
    host = host_of(webhook.url)
    why = _why(webhook.reason, webhook.status)
    match webhook.state:
        case State.SENT:
            return _("{host} took it.").format(host=host)
        case State.KEPT:
            return _("Kept here: the shop is in Test.")
        case State.FAILED:
            return _("{host} was not told: {why}.").format(host=host, why=why)
    if webhook.reason:
        return _("{host} was not told yet: {why}. We try for a day.").format(host=host, why=why)
    return _("{host} is told in a moment.").format(host=host)
