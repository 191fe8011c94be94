"""Who is let in to vote: whoever came by a link of ours or is known on this device; others prove an address first."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.contests.models import Contest
from campaigns.contests.queries import by_key, is_draft
from campaigns.contests.stages import may_be_voted_on
from campaigns.proving import hurdles
from campaigns.proving.links import Voter, voter
from campaigns.surveys.filling.spam import MAILS
from campaigns.surveys.themed import themed
from engage.lib import clock, crowds
from engage.lib.crowds import Challenge, Crowd
from engage.lib.public import notice, public, says_when_busy
from engage.lib.spoken import speak

DEEDS = Crowd("contest", free=240, most=4800, seconds=600)
"""By people whom we know."""

type View = Callable[..., HttpResponse]


def contest_page(by: str) -> Callable[[View], View]:
    """For contests decided in this way. The view is given the contest and who is there. In the language of whoever is
    there; a database that is busy is said so."""

    def decorate(view: View) -> View:
        @public
        @says_when_busy
        @themed
        @wraps(view)
        def entered(request: HttpRequest, key: str, *args: Any, **kwargs: Any) -> HttpResponse:
            contest = by_key(key)
            if contest is None or is_draft(contest) or contest.by != by:
                return notice(request, _("There is no such page"), _("Its address may have changed."), status=404)
            there = voter(request, clock.now())
            with speak(there.contact.language if there else ""):
                return view(request, contest, there, *args, **kwargs)

        return entered

    return decorate


def is_open(contest: Contest) -> bool:
    return may_be_voted_on(contest, clock.now())


def closed(request: HttpRequest, contest: Contest) -> HttpResponse:
    text = _("Who won stands on the page of the contest, as soon as it is said.")
    return notice(request, _("Voting is not open"), text, status=409, link=_to_contest(contest))


def look_into_mail(request: HttpRequest, contest: Contest) -> HttpResponse:
    """The same whether or not we know the address, or sent a mail to it."""
    text = _(
        "We are sending a mail to the address you gave. It counts once you have pressed the button behind its link. It "
        "may take a minute or two, and may lie among unwanted mail."
    )
    return notice(request, _("Look into your mail"), text, link=_to_contest(contest))


def press(request: HttpRequest, at: datetime) -> tuple[str, int]:
    """Why somebody whom we know is not heard just now; ('', 200) where nothing is against it."""
    return hurdles.press(request, DEEDS.what, DEEDS, at=at)


def work(request: HttpRequest, there: Voter | None, what: str, at: datetime) -> Challenge | None:
    """What the next form is to bring, of somebody whom we know, or of a stranger who wants `what`."""
    if there:
        return crowds.work(request, DEEDS.what, DEEDS, at=at)
    return crowds.work(request, what, hurdles.forms(what), MAILS, at=at)


def go(path: str, there: Voter | None, done: str) -> HttpResponse:
    """On, by 303, still known by the same token."""
    carried = f"&t={there.token}" if there and there.token else ""
    return HttpResponseRedirect(f"{path}?done={done}{carried}", status=303)


def _to_contest(contest: Contest) -> tuple[str, str]:
    return reverse("public_contest", args=[contest.survey.key]), _("See the contest")
