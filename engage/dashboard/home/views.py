from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render

from crm.business.queries import business
from crm.dialogue.ledger import last_check
from crm.events.queries import stopped_belts
from engage.dashboard.home import queries
from engage.dashboard.home.first_word import first_words
from engage.dashboard.home.needs import needs
from engage.dashboard.home.ready import unfinished
from engage.dashboard.messages.going_out import going_out
from engage.dashboard.messages.stopping import everything_paused
from engage.dashboard.messages.words import day_bars, finding
from engage.dashboard.people import origins
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

LAST_DAYS = timedelta(days=30)
BARS = 5


@role()
def home(request: StaffRequest) -> HttpResponse:
    """Today: what is wrong, what to get ready, who needs us, what they told us, what goes out, what came of it."""
    now = clock.now()
    context = {
        "now": now,
        "needs": needs(now),
        "told": queries.told(str(request.user.role)),
        "first_words": first_words(now - LAST_DAYS),
        "last_days": queries.last_days(now - LAST_DAYS),
    }
    if not context["needs"]:
        context["last_answer_took"] = queries.last_answer_took()
    if request.user.role != "agent":
        context |= _for_writers(now)
    if request.user.role == "owner":
        context["steps"] = unfinished(business())
    return render(request, "home/home.html", context)


def _for_writers(now: datetime) -> dict[str, object]:
    bars = origins.charted(BARS)
    return _going_out(now) | {
        "stopped_belts": stopped_belts(),
        "ledger_check": last_check(),
        "bars": bars,
        "origins_finding": origins.finding(bars),
    }


def _going_out(now: datetime) -> dict[str, object]:
    found = going_out(now, ZoneInfo(business().timezone))
    standing = everything_paused()
    return {
        "going_out": found,
        "under_way": queries.under_way(),
        "days": day_bars(found),
        "finding": finding(found),
        "pause": standing,
        "piled_up": queries.piled_up() if standing else None,
    }


@role("owner", "marketer")
def home_going_out(request: StaffRequest) -> HttpResponse:
    """Going out, by itself: fetched again whenever something goes."""
    return render(request, "home/home.html#going", _going_out(clock.now()))


@role()
def home_told(request: StaffRequest) -> HttpResponse:
    """They told us, by itself: fetched again whenever somebody says something."""
    return render(request, "home/home.html#told", {"told": queries.told(str(request.user.role))})


@role()
def landing(request: StaffRequest) -> HttpResponse:
    """Where somebody who has just signed in begins."""
    if request.user.role == "owner" and not business().name:
        return redirect("start_shop")
    return redirect("inbox" if request.user.role == "agent" else "home")
