"""The page of what somebody was given: it names nobody, and changes nothing."""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.offers.links import BadToken, read, url_of
from campaigns.offers.models import Given
from engage.lib import clock
from engage.lib.public import notice, public
from engage.lib.spoken import speak


@public
@require_safe
def offer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = Given.objects.select_related("offer", "contact").filter(uid=read(token)).first()
    except BadToken:
        found = None
    if found is None:
        text = _("A mail program may have cut the link, or what it led to is gone. Write to us, and we look.")
        return notice(request, _("There is nothing here"), text, status=404)
    with speak(found.contact.language):
        return render(request, "offers/public/offer.html", _shown(found))


def _shown(given: Given) -> dict[str, Any]:
    """For the counter: the code, or the page's own address where there is none."""
    picture = segno.make_qr(given.shown_code or url_of(given.uid), error="m")
    return {
        "given": given,
        "is_late": given.is_late(clock.now()),
        "qr": mark_safe(picture.svg_inline(scale=6, dark="#000", light="#fff", omitsize=True)),  # noqa: S308 made here
    }
