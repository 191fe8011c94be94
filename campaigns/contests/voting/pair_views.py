"""Two photos side by side, without names; for people who proved who they are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.contests.models import Contest
from campaigns.contests.sharing.links import carried
from campaigns.contests.views import around
from campaigns.contests.voting import comparing
from campaigns.contests.voting.doors import closed, contest_page, go, is_open, look_into_mail, press, work
from campaigns.contests.voting.pairing import MOST
from campaigns.contests.voting.wishes import PAIRS
from campaigns.proving import hurdles
from campaigns.proving.asking import ask_to_prove
from campaigns.proving.links import Voter
from engage.lib import clock
from engage.lib.public import notice

LEFT, RIGHT, NEITHER = "left", "right", "neither"


@contest_page(Contest.By.PAIRS)
@require_http_methods(["GET", "HEAD", "POST"])
def contest_pairs(request: HttpRequest, contest: Contest, there: Voter | None) -> HttpResponse:
    """GET asks about a pair; POST takes the answer, and goes on to the next."""
    if not is_open(contest):
        return closed(request, contest)
    if there is None:
        return _who(request, contest)
    if request.method != "POST":
        return _ask(request, contest, there)
    two = comparing.read(contest, there.owner, request.POST.get("pair", ""))
    choice = request.POST.get("choice", "")
    if two is None or choice not in (LEFT, RIGHT, NEITHER):
        text = _("Nothing was changed. Go back to the photos, and choose there.")
        link = (reverse("contest_pairs", args=[contest.survey.key]), _("Compare photos"))
        return notice(request, _("This does not fit"), text, status=400, link=link)
    problem, status = press(request, clock.now())
    if problem:
        return _ask(request, contest, there, problem=problem, status=status)
    better = {LEFT: two[0], RIGHT: two[1], NEITHER: ""}[choice]
    comparing.compare(
        contest=contest, owner=there.owner, two=two, better=better, at=clock.now(), origin=carried(request)
    )
    return go(reverse("contest_pairs", args=[contest.survey.key]), there, "")


def _ask(request: HttpRequest, contest: Contest, there: Voter, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        **around(request, contest, clock.now()),
        "asked": comparing.ask(contest, there.owner),
        "most": MOST,
        "token": there.token,
        "work": work(request, there, PAIRS, clock.now()),
        "problem": problem,
    }
    return render(request, "contests/public/pairs.html", context, status=status)


def _who(request: HttpRequest, contest: Contest) -> HttpResponse:
    """A stranger proves an address first: so each person is asked once."""
    problem, status = "", 200
    if request.method == "POST":
        if hurdles.is_trapped(request):
            return look_into_mail(request, contest)
        said = {"contest": str(contest.uid), "origin": carried(request)}
        problem, status = ask_to_prove(request, PAIRS, said, clock.now())
        if not problem:
            return look_into_mail(request, contest)
    context = {
        **around(request, contest, clock.now()),
        "made": hurdles.stamp(clock.now()),
        "work": work(request, None, PAIRS, clock.now()),
        "problem": problem,
        "email": request.POST.get("email", "").replace("\x00", "")[:320],
    }
    return render(request, "contests/public/pairs_who.html", context, status=status)
