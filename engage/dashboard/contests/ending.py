"""How a contest ends: what would be said, saying it, and a prize whose winner is gone."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.contests import announcing, ending, gallery, passing
from campaigns.contests.models import Announcement, Contest
from engage.dashboard.contests.views import around, contest_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

MOST_PLACES = 20
WHY = {
    "draft": gettext_lazy("Nobody could enter yet."),
    "open": gettext_lazy("Its page says until when people can enter. End that sooner on the page “Entries”."),
    "voting": gettext_lazy("Its page says until when people can vote. Change that date to end sooner."),
    "unconfirmed": gettext_lazy("Somebody sent a photo in time, and may confirm their address until the day after."),
    "waiting": gettext_lazy("Photos still wait to be looked at."),
    "unlisted": gettext_lazy("The list that is drawn from is not fixed yet."),
    "prizes": gettext_lazy("An offer that was promised cannot be given: it has ended, or too few are left."),
    "busy": gettext_lazy("Much changed just now. Press the button again."),
}
"""What is to be settled before."""


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def end_contest(request: StaffRequest, uid: UUID) -> HttpResponse:
    """GET says what would happen, and after the end what did; POST ends it. A constant number of queries."""
    contest, at = contest_or_404(uid), clock.now()
    if request.method == "POST":
        try:
            ending.end(contest=contest, by=str(request.user), at=at)
        except ending.CannotEnd as refused:
            return _show(request, contest, problems=refused.why)
        toast(request, _("It has ended. Its page says who won, and everybody is being written to."))
        return redirect("end_contest", uid)
    return _show(request, contest)


@require_POST
@role("owner", "marketer")
def fix_list(request: StaffRequest, uid: UUID) -> HttpResponse:
    """No more entries; what is drawn from is fixed."""
    contest = contest_or_404(uid)
    try:
        ending.fix_list(contest=contest, by=str(request.user), at=clock.now())
    except ending.CannotEnd as refused:
        return _show(request, contest, problems=refused.why)
    toast(request, _("The list is fixed. Now the winners can be drawn."))
    return redirect("end_contest", uid)


@require_POST
@role("owner", "marketer")
def pass_prize(request: StaffRequest, uid: UUID, place: int) -> HttpResponse:
    contest = contest_or_404(uid)
    try:
        passing.pass_on(contest=contest, place=place, by=str(request.user), at=clock.now())
    except passing.CannotPass:
        toast(request, _("It was not passed on: it was before, or there is nobody to get it."), wrong=True)
    except ending.CannotEnd:
        toast(request, str(WHY["prizes"]), wrong=True)
    else:
        toast(request, _("It was passed on. Whoever gets it now is being written to."))
    return redirect("end_contest", uid)


@require_POST
@role("owner", "marketer")
def tell_again(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Go on telling where it failed."""
    if announcing.go_on(contest_or_404(uid), at=clock.now()):
        toast(request, _("It goes on where it stopped; nobody is told twice."))
    return redirect("end_contest", uid)


def _show(request: StaffRequest, contest: Contest, *, problems: list[str] | None = None) -> HttpResponse:
    context = {**around(contest), "problems": [WHY[one] for one in problems or ()]}
    status = 409 if problems else 200
    if contest.ended:
        prizes = list(contest.prizes.select_related("entry__contact"))
        rows = [(one, passing.next_of(contest, one) if passing.is_free(one) else None) for one in prizes]
        telling = Announcement.objects.filter(contest=contest).first()
        context |= {"rows": rows, "telling": telling, "placed": gallery.winners(contest)}
        return render(request, "contests/ended.html", context, status=status)
    seen = ending.preview(contest, clock.now())
    context |= {
        "seen": seen,
        "placed": seen.placed[:MOST_PLACES],
        "why": [WHY[one] for one in seen.why if one not in ("waiting", "unlisted")],
        "can_fix": contest.by == Contest.By.DRAW and not contest.listed and seen.why == ["unlisted"],
    }
    return render(request, "contests/end.html", context, status=status)
