"""The step between the link and the memory: a code sent to the address."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from engage.lib import clock, device
from engage.lib.public import public, too_often
from engage.lib.spoken import speak
from engage.memory import address, codes, mail
from engage.memory.links import BadLink, Guest, read_memory, sign_proof
from engage.memory.views.switches import bad_link

CODES_AN_HOUR = 4
CODES_AN_HOUR_FROM_ONE_PLACE = 20
TRIES_AN_HOUR = 20


@public
@require_POST
def send_code(request: HttpRequest, token: str) -> HttpResponse:
    """Send six digits to the address the link was sent to, and ask for them."""
    at = clock.now()
    try:
        guest = read_memory(token, at)
    except BadLink:
        return bad_link(request)
    with speak(guest.contact.language):
        to = address.of(guest.contact, guest.message)
        if guest.expired or not to:
            return HttpResponseRedirect(reverse("memory", args=[token]), status=303)
        if _too_many(request, guest):
            return _ask(request, token, to, problem=_("Many codes were sent already. Please wait an hour."), status=429)
        code = codes.make(str(guest.contact.uid))
        mail.send_code(guest, address=to, digits=code.digits, at=at)
        return _ask(request, token, to, challenge=code.challenge)


@public
@require_POST
def enter_code(request: HttpRequest, token: str) -> HttpResponse:
    """The right digits open the memory for an hour, and for 90 days on this device if its box is ticked."""
    at = clock.now()
    try:
        guest = read_memory(token, at)
    except BadLink:
        return bad_link(request)
    with speak(guest.contact.language):
        person, challenge = str(guest.contact.uid), request.POST.get("challenge", "")
        patient = not too_often("memory-try", person, limit=TRIES_AN_HOUR, seconds=3600)
        if not patient or not codes.check(challenge, person, request.POST.get("code", "")):
            problem = _("This code is wrong or no longer valid. After five tries, or ten minutes, ask for a new one.")
            to = address.of(guest.contact, guest.message)
            return _ask(request, token, to, challenge=challenge, problem=problem, status=400)
    response = HttpResponseRedirect(reverse("everything", args=[sign_proof(guest, at)]), status=303)
    if request.POST.get("remember"):
        device.remember(response, person, at=at)
    return response


def _too_many(request: HttpRequest, guest: Guest) -> bool:
    place = too_often("codes", request.META["REMOTE_ADDR"], limit=CODES_AN_HOUR_FROM_ONE_PLACE, seconds=3600)
    return too_often("code", str(guest.contact.uid), limit=CODES_AN_HOUR, seconds=3600) or place


def _ask(
    request: HttpRequest, token: str, to: str, *, challenge: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    masked = address.masked(to) if to else ""
    context = {"token": token, "challenge": challenge, "masked": masked, "problem": problem}
    return render(request, "memory/code.html", context, status=status)
