from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.contests.models import Contest
from campaigns.contests.voting import counting, votes
from campaigns.contests.voting.doors import work
from campaigns.contests.voting.wishes import VOTE
from campaigns.proving.hurdles import stamp
from campaigns.proving.links import voter
from engage.lib import clock

register = template.Library()
DONE: dict[str, str | Promise] = {
    "voted": _("Your vote counts for this photo."),
    "counts": _("Thank you, your vote counts for this photo."),
    "back": _("Your vote is taken back."),
}


@register.simple_tag(takes_context=True)
def voting(context: dict[str, Any], contest: Contest) -> dict[str, Any]:
    """How many voted, who is there, and what they voted for where they may be told. One query, up to four where there
    is somebody whom we know."""
    request, at = context["request"], clock.now()
    there = voter(request, at)
    is_told = there is not None and there.own and contest.by == Contest.By.VOTES
    return {
        "people": counting.people(contest),
        "voter": there,
        "token": there.token if there else "",
        "vote": votes.latest(contest, there.contact.pk) if there and is_told else None,
        "made": stamp(at),
        "work": work(request, there, VOTE, at),
        "done": DONE.get(request.GET.get("done", ""), ""),
    }


@register.filter
def per_cent(share: float) -> int:
    """0.634 → 63."""
    return round(100 * share)
