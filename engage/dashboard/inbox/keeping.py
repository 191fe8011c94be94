"""A customer's words become something we remember: two presses, and the words stay as the source."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.dialogue.models import Message
from crm.preferences.models import PreferenceKey
from engage.dashboard.inbox.forms import KeepForm
from engage.dashboard.messages.words import channel_text
from engage.dashboard.person.telling import tell
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

SHORT = 60


@require_http_methods(["GET", "POST"])
@role()
def keep_words(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The dialog for one message of a customer, and what it sends."""
    words = Message.objects.select_related("contact", "conversation")
    message = get_object_or_404(words, uid=uid, direction=Message.Direction.IN)
    form = KeepForm(request.POST or None, initial={"value": message.text if len(message.text) <= SHORT else ""})
    if form.is_valid():
        kept = tell(
            contact=message.contact_id,
            recorded_for=message.recorded_for_id,
            key=form.cleaned_data["key"],
            value=form.cleaned_data["value"],
            words=message.text,
            source_kind="reply",
            source_id=str(message.uid),
            source_label=_("What they wrote %(where)s") % {"where": channel_text(message.channel)},
            said=message.at,
            by=request.user,
            at=clock.now(),
        )
        toast(request, _("Remembered: %(value)s.") % {"value": kept.value} if kept else _("We remember that already."))
        return _back(message)
    context = {"form": form, "message": message, "keys": PreferenceKey.objects.order_by("label")}
    part = "#dialog" if request.htmx else ""
    return render(request, f"inbox/keep.html{part}", context, status=400 if form.is_bound else 200)


def _back(message: Message) -> HttpResponse:
    if message.conversation is None:
        return redirect("person", message.contact.uid)
    return redirect("conversation", message.conversation.uid)
