"""A link to pass on, as pages of a contest show it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import reverse

from campaigns.contests.models import Contest, Entry, Share
from campaigns.contests.sharing.links import share_of, share_url
from campaigns.proving.links import Voter
from engage.lib import clock

register = template.Library()


@dataclass(frozen=True, slots=True)
class Passing:
    """`numbers` is the share itself for whoever may see what came of it, else None."""

    url: str
    told: str
    mail: str
    whatsapp: str
    numbers: Share | None


@register.simple_tag(takes_context=True)
def pass_on_link(context: dict[str, Any], contest: Contest, entry: Entry | None, title: str) -> Passing:
    """Of `sharer`, a Voter in the context, their own, with what came of it where they proved who they are; else that of
    the page."""
    there: Voter | None = context.get("sharer") or None
    share = share_of(contest, entry, there.owner if there else None, at=clock.now())
    share.contest = contest
    url = share_url(share)
    return Passing(
        url=url,
        told=reverse("passed_on", args=[share.code]),
        mail=f"mailto:?subject={quote(title)}&body={quote(f'{title}\n{url}')}",
        whatsapp=f"https://wa.me/?text={quote(f'{title} {url}')}",
        numbers=share if there and there.own else None,
    )
