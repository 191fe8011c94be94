"""A customer's words become something we remember: two presses, and the words stay as the source."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.dialogue.models import Message
from crm.preferences.actions import take_back
from crm.preferences.models import Preference
from crm.preferences.queries import keys_for, visible_to
from crm.preferences.suggesting import suggest
from engage.dashboard.inbox.forms import KeepForm
from engage.dashboard.messages.words import channel_text
from engage.dashboard.person.telling import tell
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

SHORT = 60
UNDO_LIVES = timedelta(hours=1)


@require_http_methods(["GET", "POST"])
@role()
def keep_words(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The dialog for one message of a customer, and what it sends."""
    words = Message.objects.select_related("contact", "conversation")
    message = get_object_or_404(words, uid=uid, direction=Message.Direction.IN)
    if message.is_claim:
        raise PermissionDenied
    form = KeepForm(request.POST or None, initial=_initial(message.text, str(request.user.role)))
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
        if kept:
            undo = reverse("take_back_words", args=[kept.uid])
            toast(request, _("Remembered: %(value)s.") % {"value": kept.value}, undo=undo)
        else:
            toast(request, _("We remember that already."))
        return _back(message)
    context = {"form": form, "message": message, "keys": keys_for(str(request.user.role))}
    part = "#dialog" if request.htmx else ""
    return render(request, f"inbox/keep.html{part}", context, status=400 if form.is_bound else 200)


def _initial(words: str, role: str) -> dict[str, str]:
    """A value that we know already and that stands in the words, with what it is about; else the words if short."""
    found = suggest(words, role)
    value = found.value if found and found.value else words if len(words) <= SHORT else ""
    return {"key": found.label if found else "", "value": value}


@require_POST
@role()
def take_back_words(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Undo, for an hour, of what was kept from words by whoever kept it."""
    at = clock.now()
    kept = get_object_or_404(
        Preference.objects.select_related("contact"),
        uid=uid,
        source_kind="reply",
        by=str(request.user),
        received__gt=at - UNDO_LIVES,
    )
    take_back(kept, by=str(request.user), at=at)
    toast(request, _("Taken back."))
    return _to_words(kept)


@role()
def kept_from(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Where something we remember was said: the conversation, at the message."""
    seen = Preference.objects.select_related("contact").filter(visible_to(str(request.user.role)))
    return _to_words(get_object_or_404(seen, uid=uid, source_kind="reply"))


def _to_words(kept: Preference) -> HttpResponse:
    try:
        message = UUID(kept.source_id[:36])
    except ValueError:
        return redirect("person", kept.contact.uid)
    found = Message.objects.select_related("conversation").filter(uid=message).exclude(conversation=None).first()
    if found is None or found.conversation is None:
        return redirect("person", kept.contact.uid)
    return redirect(f"{reverse('conversation', args=[found.conversation.uid])}#said-{found.uid}")


def _back(message: Message) -> HttpResponse:
    if message.conversation is None:
        return redirect("person", message.contact.uid)
    return redirect("conversation", message.conversation.uid)
