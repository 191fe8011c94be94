"""Hold what one origin sends; lift that, or the pause of everything, with a choice about what piled up."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.broadcasts.actions import WrongState
from campaigns.broadcasts.actions import pause as pause_broadcast
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.queries import of_origin
from campaigns.guards.facts import USEFUL
from crm.contacts.actions import lift_pause, pause
from crm.contacts.models import Pause
from crm.dialogue.actions import hold_origin as hold
from crm.dialogue.actions import lift_hold as lift
from crm.dialogue.actions import work_off
from crm.dialogue.actions.pile import EVERYTHING_STOPPED, HELD
from crm.dialogue.models import Hold
from crm.dialogue.piles import Pile, piles
from engage.dashboard.messages.origins import is_origin, origin_texts
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import belts, clock

LATE = timedelta(days=1)
AT_ONCE = 2.0
"""Seconds that a page works off a pile by itself; the sweep does the rest."""

LONGEST_REASON = 200


@dataclass(frozen=True)
class PiledUp:
    """What waits behind a switch, by origin: (words, its pile)."""

    rows: list[tuple[str, Pile]]

    @property
    def count(self) -> int:
        return sum(pile.count for _, pile in self.rows)

    @property
    def late(self) -> int:
        return sum(pile.late for _, pile in self.rows)

    @property
    def useless(self) -> int:
        return sum(pile.useless for _, pile in self.rows)

    @property
    def since(self) -> datetime | None:
        return min((pile.since for _, pile in self.rows), default=None)


def piled_up(why: str, at: datetime, origin: str = "") -> PiledUp:
    """Three queries."""
    found = piles(why, late=at - LATE, useless=at - USEFUL, origin=origin)
    texts = origin_texts([pile.origin for pile in found])
    return PiledUp([(texts[pile.origin], pile) for pile in found])


def everything_paused() -> Pause | None:
    """The pause of everything that stands. One query."""
    return Pause.objects.filter(contact=None, lifted=None).first()


@require_POST
@role("owner", "marketer")
def pause_everything(request: StaffRequest) -> HttpResponse:
    pause(contact=None, until=None, by=str(request.user), at=clock.now())
    toast(request, _("Everything is paused. Answers to customers and receipts still go out."))
    return redirect("home")


@role("owner", "marketer")
def resume_everything(request: StaffRequest) -> HttpResponse:
    """GET shows what piled up; POST says what becomes of it and lifts the pause."""
    at = clock.now()
    if request.method == "POST":
        if request.POST.get("pile") == "choose":
            _hold_the_others(request, at)

        def lifted(before: datetime | None) -> bool:
            return lift_pause(contact=None, by=str(request.user), at=at, drop_before=before)

        return _lift(request, lifted, at, said=_("Messages go out again."), to="home")
    return render(request, "home/resume.html", {"piled_up": piled_up(EVERYTHING_STOPPED, at), "chooses": True})


@role("owner", "marketer")
def hold_origin(request: StaffRequest) -> HttpResponse:
    """GET says what will be held and asks why; POST holds it: a one-off message that goes out is paused."""
    origin = _known_origin(request)
    if request.method == "POST":
        because = request.POST.get("because", "").replace("\x00", "").strip()[:LONGEST_REASON]
        _stop(origin, because, by=str(request.user), at=clock.now())
        toast(request, _("Held. Nothing of it goes out until somebody lifts it."))
        return redirect("messages")
    context = {"origin": origin, "text": origin_texts([origin])[origin], "longest": LONGEST_REASON}
    return render(request, "messages/hold.html", context)


@role("owner", "marketer")
def lift_hold(request: StaffRequest) -> HttpResponse:
    """GET shows what piled up; POST says what becomes of it and lets the origin speak again. A one-off message that is
    paused has a page of its own for that."""
    origin, at = _known_origin(request), clock.now()
    if paused := of_origin(origin, Broadcast.State.PAUSED):
        return redirect("resume_broadcast", paused.uid)
    if request.method == "POST":

        def lifted(before: datetime | None) -> bool:
            return lift(origin=origin, by=str(request.user), at=at, drop_before=before)

        return _lift(request, lifted, at, said=_("It goes out again."), to="messages")
    standing = Hold.objects.filter(origin=origin, lifted=None).first()
    if standing is None:
        toast(request, _("It is not held any more."))
        return redirect("messages")
    context = {"hold": standing, "text": origin_texts([origin])[origin], "piled_up": piled_up(HELD, at, origin)}
    return render(request, "home/resume.html", context)


def _lift(
    request: StaffRequest, lifted: Callable[[datetime | None], bool], at: datetime, *, said: str, to: str
) -> HttpResponse:
    before = {"drop_late": at - LATE, "drop_all": at}.get(request.POST.get("pile", ""))
    if lifted(before):
        with suppress(*belts.PASSING):  # then the sweep does it
            work_off(at=at, seconds=AT_ONCE)
        toast(request, said)
    else:
        toast(request, _("Somebody did that already."))
    return redirect(to)


def _hold_the_others(request: StaffRequest, at: datetime) -> None:
    """What piled up and was not chosen stays, held by its origin."""
    chosen = set(request.POST.getlist("go"))
    for pile in piles(EVERYTHING_STOPPED, late=at, useless=at):
        if pile.origin not in chosen:
            _stop(pile.origin, _("Not chosen when everything went on"), by=str(request.user), at=at)


def _stop(origin: str, because: str, *, by: str, at: datetime) -> None:
    """Nothing of it goes out. A one-off message that goes out is paused; what else speaks is held, and so is one that
    has not begun."""
    if running := of_origin(origin, Broadcast.State.RUNNING):
        with suppress(WrongState):  # it is at its end, or somebody stopped it meanwhile
            pause_broadcast(running, because=because, by=by, at=at)
    else:
        hold(origin=origin, because=because, by=by, at=at)


def _known_origin(request: StaffRequest) -> str:
    origin = (request.POST.get("origin") or request.GET.get("origin", "")).replace("\x00", "")
    if not is_origin(origin):
        raise Http404
    return origin
