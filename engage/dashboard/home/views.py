from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.business.queries import business
from crm.contacts.actions import lift_pause, pause
from crm.contacts.models import Pause
from crm.dialogue.actions import drop_piled_up, release_piled_up
from crm.events.queries import stopped_belts
from engage.dashboard.home import queries
from engage.dashboard.home.needs import needs
from engage.dashboard.home.ready import unfinished
from engage.dashboard.people import origins
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

LAST_DAYS = timedelta(days=30)
LATE = timedelta(days=1)
BARS = 5


@role()
def home(request: StaffRequest) -> HttpResponse:
    """Today: what is wrong, what to get ready, who needs us, what they told us, what goes out, what came of it."""
    now = clock.now()
    context = {
        "now": now,
        "needs": needs(now),
        "told": queries.told(str(request.user.role)),
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
    going_out = queries.going_out(now, ZoneInfo(business().timezone))
    bars = origins.charted(BARS)
    standing = Pause.objects.filter(contact=None, lifted=None).first()
    return {
        "going_out": going_out,
        "under_way": queries.under_way(),
        "days": [(date_format(day, "D"), going, held) for day, going, held in going_out.days],
        "finding": _finding(going_out.total),
        "pause": standing,
        "piled_up": queries.piled_up() if standing else None,
        "stopped_belts": stopped_belts(),
        "bars": bars,
        "origins_finding": origins.finding(bars),
    }


def _finding(total: int) -> str:
    if not total:
        return _("Nothing goes out in the next seven days")
    words = ngettext(
        "%(n)d message goes out in the next seven days", "%(n)d messages go out in the next seven days", total
    )
    return words % {"n": total}


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


@require_POST
@role("owner", "marketer")
def pause_everything(request: StaffRequest) -> HttpResponse:
    pause(contact=None, until=None, by=str(request.user), at=clock.now())
    toast(request, _("Everything is paused. Answers to customers and receipts still go out."))
    return redirect("home")


@role("owner", "marketer")
def resume_everything(request: StaffRequest) -> HttpResponse:
    """GET shows what piled up; POST drops what the owner does not want any more, lifts the pause and sends the rest."""
    if request.method == "POST":
        _resume(request.POST.get("pile", "send"), by=str(request.user), at=clock.now())
        toast(request, _("Messages go out again."))
        return redirect("home")
    return render(request, "home/resume.html", {"piled_up": queries.piled_up()})


def _resume(pile: str, *, by: str, at: datetime) -> None:
    too_old = {"drop_late": at - LATE, "drop_all": at}
    if pile in too_old:
        drop_piled_up(due_before=too_old[pile], at=at)
    lift_pause(contact=None, by=by, at=at)
    release_piled_up(at=at)
