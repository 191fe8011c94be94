"""The records of the sender's domain as name servers show them, with what to copy; and the key that signs mail."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.channels.email.domain import warming
from campaigns.channels.email.domain.findings import domain_of, findings
from campaigns.channels.email.domain.keys import drop_key, make_key
from campaigns.channels.email.domain.names import Resolver
from campaigns.channels.email.domain.watching import sending_of, signs_itself
from crm.business.actions import update_business
from crm.business.queries import fresh_business
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@require_GET
@role("owner")
def sending_domain(request: StaffRequest) -> HttpResponse:
    """Apart from its page, because name servers are asked."""
    shop, at = fresh_business(), clock.now()
    sending = sending_of(shop)
    context = {"findings": findings(sending, Resolver()), "sending": sending, "signs": signs_itself()}
    if (day := warming.day_of(shop, at)) is not None:
        plan = {
            "day": day + 1,
            "limit": warming.limit(day),
            "taken": warming.taken_today(shop, at),
            "days": warming.DAYS,
        }
        context["plan"] = plan
    return render(request, "settings/sending.html#records", context)


@require_POST
@role("owner")
def warm_up(request: StaffRequest) -> HttpResponse:
    """Begin with few marketing messages a day, or be done with it."""
    begin = "begin" in request.POST
    update_business(by=str(request.user), at=clock.now(), warming_since=clock.now() if begin else None)
    toast(request, _("The domain is warmed up from today.") if begin else _("There is no limit any more."))
    return redirect("settings_sending")


@require_POST
@role("owner")
def signing_key(request: StaffRequest) -> HttpResponse:
    """Make a key for the sender's domain, or sign no more."""
    domain = domain_of(fresh_business().sender_email)
    if not domain or not signs_itself():
        toast(request, _("Nothing is signed without a sender and a mail server."), wrong=True)
    elif request.POST.get("what") == "drop":
        drop_key(domain=domain)
        toast(request, _("Mail is signed no more."))
    else:
        make_key(domain=domain, by=str(request.user), at=clock.now())
        toast(request, _("A key is made. Copy its record to where your domain is managed."))
    return redirect("settings_sending")
