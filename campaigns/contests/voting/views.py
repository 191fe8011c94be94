"""The pages of votes: giving one, moving it, taking it back. A stranger's counts nowhere until an address is proved."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.contests import gallery
from campaigns.contests.models import Contest, Entry
from campaigns.contests.sharing.links import carried
from campaigns.contests.views import around
from campaigns.contests.voting import votes
from campaigns.contests.voting.doors import closed, contest_page, go, is_open, look_into_mail, press
from campaigns.contests.voting.networks import hashed
from campaigns.contests.voting.wishes import VOTE
from campaigns.proving import hurdles
from campaigns.proving.asking import ask_to_prove
from campaigns.proving.links import Voter
from engage.lib import clock
from engage.lib.public import came_from, notice

BY = Contest.By.VOTES


@contest_page(BY)
@require_safe
def contest_vote(request: HttpRequest, contest: Contest, there: Voter | None) -> HttpResponse:
    """What became of somebody's vote, for themselves alone; how to vote, for everybody."""
    return _page(request, contest, None)


@contest_page(BY)
@require_http_methods(["GET", "HEAD", "POST"])
def vote_entry(request: HttpRequest, contest: Contest, there: Voter | None, uid: UUID) -> HttpResponse:
    entry = gallery.one(contest, uid)
    if entry is None or entry.standing != Entry.Standing.SHOWN:
        link = (reverse("public_contest", args=[contest.survey.key]), _("See the contest"))
        return notice(
            request, _("There is no such photo here"), _("It may have been taken away."), status=404, link=link
        )
    if request.method != "POST":
        return _page(request, contest, entry)
    if not is_open(contest):
        return closed(request, contest)
    at, network, origin = clock.now(), hashed(contest, came_from(request)), carried(request)
    if there:
        problem, status = press(request, at)
        if problem:
            return _page(request, contest, entry, problem=problem, status=status)
        made = votes.give(entry=entry, owner=there.owner, network=network, at=at, origin=origin)
        page = reverse("public_entry", args=[contest.survey.key, entry.uid])
        return go(page, there, "voted") if made else closed(request, contest)
    if hurdles.is_trapped(request):
        return look_into_mail(request, contest)
    problem, status = ask_to_prove(request, VOTE, {"entry": str(entry.uid), "network": network, "origin": origin}, at)
    if problem:
        return _page(request, contest, entry, problem=problem, status=status)
    return look_into_mail(request, contest)


@contest_page(BY)
@require_POST
def take_contest_vote_back(request: HttpRequest, contest: Contest, there: Voter | None) -> HttpResponse:
    if not is_open(contest):
        return closed(request, contest)
    if there:
        votes.take_back(contest=contest, contact=there.contact.pk, at=clock.now())
    return go(reverse("contest_vote", args=[contest.survey.key]), there, "back" if there else "")


def _page(
    request: HttpRequest, contest: Contest, entry: Entry | None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        **around(request, contest, clock.now()),
        "entry": entry,
        "problem": problem,
        "email": request.POST.get("email", "").replace("\x00", "")[:320],
    }
    return render(request, "contests/public/vote_page.html", context, status=status)
