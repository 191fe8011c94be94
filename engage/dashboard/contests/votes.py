"""How many voted, what looks made and why, and what the owner decides about it. Who leads is said to nobody before the
end."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from campaigns.contests.models import Contest, Vote
from campaigns.contests.voting import counting, suspecting
from campaigns.contests.voting.rings import Kind
from campaigns.contests.voting.suspecting import Ring
from crm.business.queries import business
from engage.dashboard.contests.views import around, contest_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.local_time import zone_of

LEAST_DAYS, DAYS = 7, 14
MOST_RINGS, MOST_PEOPLE = 50, 50
COUNT, REFUSE = "count", "refuse"


@require_GET
@role()
def contest_votes(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A constant number of queries. Agents see how many voted, and no more."""
    found, at = contest_or_404(uid), clock.now()
    if found.by not in (Contest.By.VOTES, Contest.By.PAIRS):
        raise Http404
    people = counting.people(found)
    decides = request.user.role != "agent" and found.by == Contest.By.VOTES
    rings = suspecting.found_in(found) if decides else []
    said = ngettext("%(n)d person has voted", "%(n)d people have voted", people) % {"n": people}
    context = {
        **around(found),
        "people": people,
        "finding": said,
        "days": last_days(counting.days(found), at) if people else [],
        "rings": [(sentence(one), one, one.votes[:MOST_PEOPLE]) for one in rings[:MOST_RINGS]],
        "more_rings": max(len(rings) - MOST_RINGS, 0),
        "own": suspecting.own_votes(found) if decides else [],
        "decides": decides,
        "is_settled": suspecting.is_settled(found, at),
    }
    return render(request, "contests/votes.html", context)


@require_POST
@role("owner", "marketer")
def decide_ring(request: StaffRequest, uid: UUID, what: str) -> HttpResponse:
    """`?key=` is the ring's; count its votes, or no longer; with undo."""
    found, at, key = contest_or_404(uid), clock.now(), request.GET.get("key", "").replace("\x00", "")
    if _refuses(request, found, what):
        return redirect("contest_votes", uid)
    if what == COUNT:
        suspecting.count_ring(contest=found, key=key, by=str(request.user), at=at)
        back, text = REFUSE, _("These votes count.")
    else:
        suspecting.refuse_ring(contest=found, key=key, at=at)
        back, text = COUNT, _("These votes do not count.")
    undo = f"{reverse('decide_ring', args=[uid, back])}?{urlencode({'key': key})}"
    toast(request, text, undo=undo)
    return redirect("contest_votes", uid)


@require_POST
@role("owner", "marketer")
def decide_vote(request: StaffRequest, uid: UUID, vote: UUID, what: str) -> HttpResponse:
    """Count one vote of a ring, or no longer; with undo."""
    found = contest_or_404(uid)
    one = get_object_or_404(Vote, contest=found, uid=vote)
    if _refuses(request, found, what):
        return redirect("contest_votes", uid)
    if what == COUNT:
        suspecting.count_vote(vote=one, by=str(request.user))
        back, text = REFUSE, _("The vote counts.")
    else:
        suspecting.refuse_vote(vote=one)
        back, text = COUNT, _("The vote does not count.")
    toast(request, text, undo=reverse("decide_vote", args=[uid, vote, back]))
    return redirect("contest_votes", uid)


def _refuses(request: StaffRequest, contest: Contest, what: str) -> bool:
    if what not in (COUNT, REFUSE):
        raise Http404
    if suspecting.is_settled(contest, clock.now()):
        toast(request, _("It has ended: nothing was changed."), wrong=True)
        return True
    return False


def sentence(ring: Ring) -> str:
    """Why it was found, in words."""
    facts = ring.facts
    if ring.kind is Kind.MAILBOX:
        text = ngettext(
            "One mailbox voted once.",
            "One mailbox under several spellings voted %(n)d times: the latest vote counts.",
            facts["n"],
        )
    elif ring.kind is Kind.NETWORK:
        text = _(
            "%(n)d votes for one entry came from one network within an hour; from others come %(usual)d as a rule."
        )
    elif ring.kind is Kind.CIRCLE:
        text = _("%(n)d who entered voted for one another in a circle.")
    else:
        text = _("%(n)d votes for one entry came within an hour, by people new to us with addresses at %(domain)s.")
    return text % facts


def last_days(counted: Sequence[tuple[date, int]], at: datetime) -> list[tuple[str, int, int]]:
    """Each of the last days, from the first vote on and a week at least, as a chart draws them."""
    by_day, today = dict(counted), timezone.localtime(at, zone_of(business().timezone)).date()
    first = max(min(by_day, default=today), today - timedelta(days=DAYS - 1))
    first = min(first, today - timedelta(days=LEAST_DAYS - 1))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return [(date_format(day, "j M"), by_day.get(day, 0), 0) for day in days]
