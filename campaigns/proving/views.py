"""The page behind the link that proves an address. GET shows what would count, POST makes it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.proving.actions import confirm
from campaigns.proving.links import BadLink, read_claim, sign_voter
from campaigns.proving.models import Claim
from campaigns.proving.wishes import wishes
from engage.lib import clock, device
from engage.lib.public import notice, public
from engage.lib.spoken import speak

DONE = "done="
"""In the address it leads to: what became of it, where that is not simply that it counts."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, token: str) -> HttpResponse:
    """A machine that opens every link of a mail makes nothing count."""
    at = clock.now()
    try:
        claim, expired = read_claim(token, at)
    except BadLink:
        return _gone(request)
    with speak(claim.language):
        if claim.confirmed:
            return _before(request, claim)
        if expired:
            return _gone(request)
        if request.method != "POST":
            return _ask(request, claim, token)
        done = confirm(claim=claim, at=at)
        return _go_on(request, done) if done else _gone(request)


def _ask(request: HttpRequest, claim: Claim, token: str) -> HttpResponse:
    wish = wishes[claim.what]
    if not (words := wish.words(claim.said)):
        return _gone(request)
    return render(request, "proving/prove.html", {"words": words, "button": wish.button(), "token": token})


def _go_on(request: HttpRequest, claim: Claim) -> HttpResponse:
    """To where it stands, known for an hour; for 90 days on this device, if the box is ticked."""
    at = clock.now()
    there = claim.led_to if DONE in claim.led_to else f"{claim.led_to}{'&' if '?' in claim.led_to else '?'}{DONE}counts"
    response = HttpResponseRedirect(f"{there}&t={sign_voter(claim.contact_id, at)}", status=303)
    if request.POST.get("remember"):
        device.remember(response, str(claim.contact.uid), at=at)
    return response


def _before(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Nothing of it is shown: the link may have been handed on."""
    link = (claim.led_to.partition(f"?{DONE}")[0], _("See where it stands"))
    return notice(request, _("It counts"), _("You confirmed it before. It counts once."), link=link)


def _gone(request: HttpRequest) -> HttpResponse:
    text = _(
        "A mail program may have cut it, or nobody confirmed it within a week, and we forgot it. Nothing was changed."
    )
    return notice(request, _("This link does not work"), text, status=404)
