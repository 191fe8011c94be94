"""Sending, by other channels than e-mail: with whom, at which price, and a test."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.channels import actions, port
from campaigns.channels.models import Account
from campaigns.channels.port import Fate, Outcome, Parcel
from campaigns.channels.queries import account
from campaigns.channels.sms.carriers import carrier
from campaigns.channels.sms.texts import Text
from crm.business.queries import fresh_business
from engage.dashboard.settings.channel_forms import FORMS, AccountForm, NumberForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


def channels_set_up() -> list[dict[str, Any]]:
    """The channels that need setting up, and whether they are. One query."""
    accounts = {one.channel: one for one in Account.objects.all() if one.is_readable}
    return [{"channel": port.channel(name), "account": accounts.get(name)} for name in FORMS]


@role("owner")
def settings_channel(request: StaffRequest, channel: str, provider: str = "") -> HttpResponse:
    """A channel with one of its providers; when the form holds, it is set up, and used from the next message on."""
    known = account(channel)
    form_class = _form_class(channel, provider or (known.provider if known else ""))
    form = form_class(request.POST or None, known)
    if request.method == "POST" and form.is_valid():
        actions.set_account(**form.said(), by=str(request.user), at=clock.now())
        toast(request, _("Saved."))
        return redirect("settings_channel", channel, form.provider)
    return _page(request, channel, form)


@require_POST
@role("owner")
def drop_channel(request: StaffRequest, channel: str) -> HttpResponse:
    _form_class(channel, "")
    if actions.remove_account(channel=channel, by=str(request.user), at=clock.now()):
        toast(request, _("Taken out. What would go by it stays in the Outbox."))
    return redirect("settings_sending")


@require_POST
@role("owner")
def test_text(request: StaffRequest) -> HttpResponse:
    """One text message to the owner's own number, at once and apart from the ledger; in Test too."""
    known, form = account("sms"), NumberForm(request.POST)
    if known is None or fresh_business().demo:
        toast(request, _("Nothing was sent: set it up first, in a shop of your own."), wrong=True)
    elif not form.is_valid():
        toast(request, " ".join(map(str, form.errors["number"])), wrong=True)
    else:
        outcome = _sent(known, form.cleaned_data["number"])
        went = outcome.fate is Fate.ACCEPTED
        taken, refused = _("It was taken. It should be there in a minute."), _("It was not taken: %(reply)s")
        toast(request, taken if went else refused % {"reply": outcome.reply}, wrong=not went)
    return redirect("settings_channel", "sms")


@require_POST
@role("owner")
def new_hook(request: StaffRequest) -> HttpResponse:
    """The address that a gateway tells us answers at: shown on this answer and on no other page."""
    known = account("sms")
    if known is None or known.provider != "gateway":
        raise Http404
    hook = actions.make_hook(channel="sms", by=str(request.user), at=clock.now())
    form = _form_class("sms", "gateway")(None, known)
    made = {"made": settings.PUBLIC_URL + reverse("sms_gateway", args=[hook])}
    answer = _page(request, "sms", form, made)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(
    request: StaffRequest, channel: str, form: AccountForm, more: Mapping[str, str] | None = None
) -> HttpResponse:
    known = account(channel)
    context = {
        "form": form,
        "known": known,
        "by": port.channel(channel),
        "providers": [(one.provider, one.label) for one in FORMS[channel]],
        "number_form": NumberForm(),
        "incoming": settings.PUBLIC_URL + reverse("twilio_incoming"),
        "has_hook": bool(known and known.secrets.get("hook")),
        **(more or {}),
    }
    return render(request, "settings/channel.html", context)


def _sent(known: Account, number: str) -> Outcome:
    words = _("This is a test from %(shop)s. Text messages work.") % {"shop": fresh_business().name}
    heard: list[Outcome] = []
    parcels = [Parcel(0, number, Text(words, UUID(int=0)))]
    port.hand_over(port.channel("sms"), carrier(known), parcels, lambda outcomes, keys: heard.extend(outcomes))
    return heard[0]


def _form_class(channel: str, provider: str) -> type[AccountForm]:
    forms = FORMS.get(channel, ())
    found = next((form for form in forms if form.provider == provider), None)
    if not forms or (provider and found is None):
        raise Http404
    return found or forms[0]
