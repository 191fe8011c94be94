"""For whoever writes a message: pick what it cites, and see it with real people who told us, did not, or long ago."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from liquid.exceptions import LiquidError

from campaigns.channels.liquid import recall_keys
from campaigns.channels.skeleton import Rendered
from campaigns.journeys.definition import Design, Send
from campaigns.journeys.showing import shown
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.preferences.examples import examples, pickable
from crm.preferences.queries import MOST_COUNTED, hidden_from
from crm.segments.asking import where
from engage.dashboard.remembering.audience import audience
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Preview:
    """`contact` is empty where there is nobody of this kind, `problem` where the message could not be written."""

    title: str
    contact: Contact | None
    rendered: Rendered | None = None
    problem: str = ""


@require_GET
@role("owner", "marketer")
def pick_memory(request: StaffRequest) -> HttpResponse:
    """What may be cited, with how many of this audience it would show for, and the block that cites it.

    `?journey=` or `?recipe=` and `?start=`, or `?group=`, say which audience: without one it is everybody.
    """
    at, role_ = clock.now(), str(request.user.role)
    rule = audience(request.GET, role_)
    picked = pickable(role_, at=at, audience=where(rule, at=at) if rule else None)
    found = [(one, block(one.key.key, one.key.label)) for one in picked.found]
    context = {"found": found, "picked": picked, "most": MOST_COUNTED}
    return render(request, f"remembering/pick.html{'#dialog' if request.htmx else ''}", context)


@require_POST
@role("owner", "marketer")
def preview_memory(request: StaffRequest) -> HttpResponse:
    """What is written just now, as three real people would read it. Nothing is sent or kept."""
    design = Design(request.POST.get("subject", "")[:300], request.POST.get("text", "")[:LONGEST].replace("\x00", ""))
    previews = _previews(design, str(request.user.role), clock.now())
    return render(request, f"remembering/previews.html{'#previews' if request.htmx else ''}", {"previews": previews})


def block(key: str, label: str) -> str:
    """Shows nothing to whoever did not tell us."""
    return f"{{% recall {key} %}}{label}: {{{{ value }}}}, {{{{ because }}}}.{{% endrecall %}}"


def _previews(design: Design, role: str, at: datetime) -> list[Preview]:
    try:
        keys = [*recall_keys(design.subject), *recall_keys(design.body)]
    except LiquidError as error:
        return [Preview(_("This message could not be written"), None, problem=str(error))]
    if hidden_from(role).intersection(keys):
        return [Preview(_("Not for your role"), None, problem=_("It cites what only owners may see."))]
    found = examples(list(dict.fromkeys(keys)), at=at)
    people = Contact.objects.in_bulk([pk for pk in (found.told, found.without, found.stale) if pk])
    return [
        _preview(title, people.get(pk) if pk else None, design, at)
        for title, pk in (
            (_("Told us"), found.told),
            (_("Never told us"), found.without),
            (_("Told us too long ago"), found.stale),
        )
    ]


def _preview(title: str, contact: Contact | None, design: Design, at: datetime) -> Preview:
    if contact is None:
        return Preview(title, None)
    send = Send(id="preview", design=design, next="")
    rendered, problem = shown(send, contact, event={}, supposed={}, shop=business(), at=at)
    return Preview(title, contact, rendered, problem)
