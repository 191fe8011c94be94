"""What we remember about you: each thing with its source, and the customer's word over it."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.board.queries import suggested_by, votes_by
from campaigns.channels.webpush import browsers
from campaigns.channels.webpush import views as push_views
from campaigns.channels.webpush.actions import subscribe
from campaigns.contests.queries import entered_by
from campaigns.offers.links import offer_url
from campaigns.offers.queries import given_to
from crm.contacts.actions import erase
from crm.contacts.evidence import OWN_PAGE
from crm.contacts.models import Consent, Topic
from crm.dialogue.links import memory_path
from crm.preferences import actions as preferences
from crm.preferences.models import Preference
from engage import everything as whole
from engage.lib import clock, device
from engage.lib.public import came_from, notice, public
from engage.lib.spoken import speak
from engage.memory import remembered
from engage.memory.links import BadLink, Guest, read_proof
from engage.memory.views.switches import bad_link

LONGEST = 200
DONE = {
    "corrected": gettext_lazy("Corrected. Your word stands until you say otherwise."),
    "muted": gettext_lazy("We will not mention it."),
    "unmuted": gettext_lazy("We may mention it again."),
    "forgotten": gettext_lazy("Forgotten. The words are gone, too."),
    "later": gettext_lazy("We will not ask before then."),
    "wish": gettext_lazy("Your vote is taken back."),
    "quiet": gettext_lazy("We write to you about this one no more."),
    "nameless": gettext_lazy("Your name no longer stands there."),
    "device": gettext_lazy("This device is no longer remembered."),
}


def proved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open only to whoever entered the code within the last hour; others go back to the switches."""

    @public
    @wraps(view)
    def guarded(request: HttpRequest, proof: str, *args, **kwargs) -> HttpResponse:
        at = clock.now()
        try:
            guest = read_proof(proof, at)
        except BadLink:
            return bad_link(request)
        if guest.expired:
            path = memory_path(guest.contact.uid, guest.message, at=at)
            return HttpResponseRedirect(f"{path}?done=late", status=303)
        with speak(guest.contact.language):
            return view(request, guest, proof, *args, **kwargs)

    return guarded


@proved
@require_safe
def everything(request: HttpRequest, guest: Guest, proof: str) -> HttpResponse:
    return _page(request, guest, proof, done=str(DONE.get(request.GET.get("done", ""), "")))


@proved
@require_safe
def export_memory(request: HttpRequest, guest: Guest, proof: str) -> HttpResponse:
    """All we hold about them, as a file."""
    text = whole.as_json(whole.everything(guest.contact))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="what-we-remember.json"'
    return response


@proved
@require_http_methods(["GET", "HEAD", "POST"])
def erase_memory(request: HttpRequest, guest: Guest, proof: str) -> HttpResponse:
    """Everything about them, for good: GET says what that means, a POST with the box ticked does it."""
    if request.method != "POST" or not request.POST.get("sure"):
        unsure = request.method == "POST"
        return render(request, "memory/erase.html", {"proof": proof, "unsure": unsure}, status=400 if unsure else 200)
    erase(contact=guest.contact, by="customer", at=clock.now())
    text = _("Nothing about you is left, and we will not write to you again.")
    response = notice(request, _("Erased"), text)
    device.forget(response)
    return response


@proved
@require_POST
def forget_device(request: HttpRequest, guest: Guest, proof: str) -> HttpResponse:
    response = _back(proof, "device")
    device.forget(response)
    return response


@proved
@require_POST
def notify_me(request: HttpRequest, guest: Guest, proof: str) -> HttpResponse:
    """This browser takes notifications: `topics` and `subscription` as JSON."""
    sent = push_views.said(request)
    try:
        subscribe(
            browser=browsers.of(sent.get("subscription")),
            topics=push_views.topics_in(sent),
            words=push_views.wording(),
            how=Consent.How.LINK,
            source=OWN_PAGE,
            contact=guest.contact,
            network_address=came_from(request),
            at=clock.now(),
        )
    except browsers.NoBrowser:
        return HttpResponse(status=400)
    return HttpResponse(status=204)


@proved
@require_POST
def correct(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    """Their own words take the place of ours, for good."""
    preference = remembered.find(guest.contact, uid)
    value = request.POST.get("value", "").replace("\x00", "").strip()
    if preference is None:
        return _back(proof, "")
    if not value or len(value) > LONGEST:
        problem = _("Write what is right, in at most %(count)d characters.") % {"count": LONGEST}
        return _page(request, guest, proof, problem=problem, status=400)
    try:
        preferences.correct(preference, value=value, by="customer", at=clock.now())
    except preferences.DoesNotFit:
        return _page(request, guest, proof, problem=remembered.expected(preference.key), status=400)
    return _back(proof, "corrected")


@proved
@require_POST
def ask_later(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    """ "Ask me again in June"."""
    preference = remembered.find(guest.contact, uid)
    month = remembered.month_named(request.POST.get("month", ""), clock.now())
    if preference is None or month is None:
        return _back(proof, "")
    preferences.postpone(preference, until=month, by="customer", at=clock.now())
    return _back(proof, "later")


@proved
@require_POST
def mute(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    return _act(preferences.mute, guest, proof, uid, "muted")


@proved
@require_POST
def unmute(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    return _act(preferences.unmute, guest, proof, uid, "unmuted")


@proved
@require_POST
def forget(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    return _act(preferences.forget, guest, proof, uid, "forgotten")


def _act(action: Callable[..., None], guest: Guest, proof: str, uid: UUID, done: str) -> HttpResponse:
    preference: Preference | None = remembered.find(guest.contact, uid)
    if preference is None:
        return _back(proof, "")
    action(preference, by="customer", at=clock.now())
    return _back(proof, done)


def _back(proof: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('everything', args=[proof])}{f'?done={done}' if done else ''}", status=303)


def _page(
    request: HttpRequest, guest: Guest, proof: str, *, done: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    at = clock.now()
    context = {
        "proof": proof,
        "done": done,
        "problem": problem,
        **remembered.sides(guest.contact, at),
        "suggested": suggested_by(guest.contact.pk),
        "voted": votes_by(guest.contact.pk),
        "gifts": [(one, offer_url(one), one.is_late(at)) for one in given_to(guest.contact.pk)],
        "entered": entered_by(guest.contact.pk),
        "orders": remembered.orders(guest.contact),
        "permissions": remembered.permission_lines(guest.contact),
        "switches_url": memory_path(guest.contact.uid, guest.message, at=at),
        "device": device.is_known(request, str(guest.contact.uid), at=at),
        "longest": LONGEST,
        "months": remembered.months(at),
        "topics": Topic.objects.all(),
        "words": push_views.wording(),
    }
    return render(request, "memory/everything.html", context, status=status)
