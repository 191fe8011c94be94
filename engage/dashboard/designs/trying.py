"""A design on trial: sent to oneself, its links opened."""

import hashlib
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from liquid.exceptions import LiquidError

from campaigns.channels import contents as kept_contents
from campaigns.channels.document import BadMarkup
from campaigns.channels.names import SAMPLE
from campaigns.channels.skeleton import CannotRender
from campaigns.designs import queries
from campaigns.designs.checks import check_content, preview
from campaigns.designs.compiling import skeleton
from campaigns.designs.following import addresses, follow
from crm.business.models import Business, User
from crm.business.queries import business
from engage.dashboard.designs.editor import address_of
from engage.dashboard.designs.one import design_or_404, language_of
from engage.dashboard.designs.returning import back_of
from engage.dashboard.firstrun.letter import queue_to_yourself
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

OCCASION = ("event", "offer", "order", "product")
"""What a message may be about; on trial it has sample values."""
A_WHILE = 300
"""Seconds for which what was found at the end of links is believed."""


@require_POST
@role("owner", "marketer")
def try_design(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One message to the colleague's own address, however often the button was pressed in one second."""
    found = design_or_404(uid)
    language, shop = language_of(request, found), business()
    content, look = found.contents[language], queries.look(shop)
    stopping = [one for one in check_content(found.kind, content, look, shop, language=language) if one.stops]
    if stopping:
        toast(request, _("Not sent. First mend this: %(what)s") % {"what": stopping[0].message}, wrong=True)
        return redirect(address_of(found, language))
    content_id = kept_contents.keep(skeleton(found.kind, content, look, language=language), label=found.name)
    at = clock.now()
    queue_to_yourself(
        request.user,
        content=content_id,
        origin=f"design:{found.uid}",
        occurrence=f"{request.user.uid}:{at:%Y%m%d%H%M%S}",
        variables={name: SAMPLE[name] for name in OCCASION},
        at=at,
    )
    toast(request, _sent(shop, request.user))
    if back := back_of(request, uid) if "back" in request.GET else None:
        return redirect(back.path)
    return redirect("design_preview" if request.POST.get("back") == "preview" else "design", uid)


@require_POST
@role("owner", "marketer")
def follow_links(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Opens each link of the message once; takes some seconds."""
    found = design_or_404(uid)
    language, shop = language_of(request, found), business()
    try:
        shown = preview(found.kind, found.contents[language], queries.look(shop), shop, language=language).with_facts
    except (LiquidError, BadMarkup, CannotRender) as error:
        return render(request, "designs/links.html#links", {"design": found, "problem": str(error)})
    links = [link for link in addresses(shown.html) if not _is_ours(link)]
    known = cache.get_many([_key(link) for link in links])
    new = follow(link for link in links if _key(link) not in known)
    known |= {_key(one.address): one for one in new}
    cache.set_many({_key(one.address): one for one in new}, A_WHILE)
    context = {"design": found, "language": language, "links": [known[_key(link)] for link in links]}
    return render(request, f"designs/links.html{'#links' if request.htmx else ''}", context)


def _sent(shop: Business, user: User) -> str:
    if not shop.live:
        return _("On its way to the Outbox: in Test nothing leaves.")
    return _("On its way to %(address)s.") % {"address": user.email}


def _is_ours(link: str) -> bool:
    """Those that are made for each message, and sample ones: nobody has an address that ends in `.example`."""
    return link.startswith(settings.PUBLIC_URL) or (urlsplit(link).hostname or "").endswith(".example")


def _key(link: str) -> str:
    return f"followed:{hashlib.sha256(link.encode()).hexdigest()}"
