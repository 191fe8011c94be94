"""Developer: keys, the secret of webhooks, and the way to the API's pages and the admin."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.channels.models import WebhookSecret
from campaigns.channels.webhook.secrets import make_secret
from campaigns.journeys.models import Webhook
from crm.business.actions import create_key, revoke_key
from crm.business.models import Key
from engage.dashboard.settings.forms import KeyForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock


@role("owner")
def settings_keys(request: StaffRequest) -> HttpResponse:
    """All keys, and a form for one more. The text of a new key is on this answer and on no other page."""
    form = KeyForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        key, text = create_key(**form.cleaned_data, by=request.user)
        context |= {"made": key, "text": text, "form": KeyForm()}
    return _page(request, context)


@require_POST
@role("owner")
def new_webhook_secret(request: StaffRequest) -> HttpResponse:
    """What webhooks are signed with from now on: shown on this answer and on no other page."""
    return _page(request, {"form": KeyForm(), "secret": make_secret(by=str(request.user), at=clock.now())})


@require_POST
@role("owner")
def revoke(request: StaffRequest, uid: str) -> HttpResponse:
    key = get_object_or_404(Key, uid=uid, revoked=None)
    revoke_key(key, by=request.user, at=clock.now())
    toast(request, _("%(name)s opens nothing any more.") % {"name": key.name})
    return redirect("settings_keys")


def _page(request: StaffRequest, context: dict[str, object]) -> HttpResponse:
    context["keys"] = Key.objects.select_related("created_by").order_by("revoked", "-pk")
    context["present_secret"] = WebhookSecret.objects.filter(until=None).first()
    context["failed"] = Webhook.objects.filter(state=Webhook.State.FAILED).count()
    answer = render(request, "settings/keys.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
