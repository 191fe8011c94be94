"""What was changed behind the gear, by whom and when."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from crm.business.models import Business, Changed
from engage.dashboard.remembering.forms import KeyForm
from engage.dashboard.settings.chat_forms import ChatForm
from engage.dashboard.settings.enquiry_forms import WhoForm
from engage.dashboard.settings.forms import LimitsForm, SenderForm, ShopForm
from engage.dashboard.settings.hours_forms import ClosedForm, TargetsForm, WeekForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import cursor as cursors

OTHERS = {
    "live": gettext_lazy("Live"),
    "role": gettext_lazy("Role"),
    "account": gettext_lazy("Account"),
    "key": gettext_lazy("Key"),
    "chat_secret": gettext_lazy("Secret of the chat"),
    "webhook_secret": gettext_lazy("Secret of webhooks"),
    "mailbox": gettext_lazy("Mailboxes"),
    "subject": gettext_lazy("What people write about"),
    "closed_from": gettext_lazy("Closed since"),
    "holiday": gettext_lazy("Holidays"),
    "leaving_sign": gettext_lazy("Often comes before leaving"),
}
MEMORY = "memory."


@require_GET
@role("owner")
def settings_changes(request: StaffRequest) -> HttpResponse:
    """The latest first. One query, however many there are."""
    page = cursors.page_by_time(Changed.objects.all(), request.GET.get("cursor", ""))
    rows = [(change, title(change), shown(change, change.before), shown(change, change.after)) for change in page.rows]
    return render(request, "settings/changes.html", {"rows": rows, "next": page.next})


def title(change: Changed) -> str:
    """As the form calls it that changes it."""
    name = change.what.removeprefix(MEMORY)
    forms = (
        (KeyForm,)
        if change.what.startswith(MEMORY)
        else (ShopForm, SenderForm, LimitsForm, WhoForm, WeekForm, ClosedForm, TargetsForm, ChatForm)
    )
    labels = [str(form.base_fields[name].label) for form in forms if name in form.base_fields]
    return labels[0] if labels else str(OTHERS.get(name, name))


def shown(change: Changed, value: str) -> str:
    if value in ("yes", "no"):
        return _("yes") if value == "yes" else _("no")
    field = next((field for field in Business._meta.fields if field.name == change.what), None)
    return str(dict(field.flatchoices).get(value, value)) if field else value
