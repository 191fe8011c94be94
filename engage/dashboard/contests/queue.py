"""Photos that wait to be looked at: each is shown, or not and its author is told why."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.contests import deciding, queries
from campaigns.contests.changes import changes
from campaigns.contests.models import Entry
from engage.dashboard.contests.views import around, contest_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock, ids

SIZE = 24
REASONS = (
    gettext_noop("It does not show what this contest is about."),
    gettext_noop("It looks as if it is not your own photo."),
    gettext_noop("People can be recognised on it who may not want that."),
    gettext_noop("It looks like an advertisement."),
    gettext_noop("Nothing can be made out on it."),
)
"""Kept as they stand here, and told in the language of whoever reads them."""

Standing = Entry.Standing


@require_http_methods(["GET", "POST"])
@role()
def entries_queue(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Those that wait, the first that came first. POST: `show` or `refuse` is the id of one, with `:` and the number of
    a reason, or `picked` for all with `who`; `reason` is the number, `words` are one's own. A constant
    number of queries."""
    contest = contest_or_404(uid)
    if request.method == "POST":
        return _decide(request, uid)
    waiting = list(queries.entries(contest).filter(standing=Standing.WAITING).order_by("id")[: SIZE + 1])
    changed = changes(waiting[:SIZE])
    seen = request.GET.get("seen", "")
    context = {
        **around(contest),
        "seen": int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 4 else len(waiting[:SIZE]),
        "rows": [(one, changed.get(one.pk)) for one in waiting[:SIZE]],
        "more": len(waiting) > SIZE,
        "reasons": [(str(n), _(words)) for n, words in enumerate(REASONS)],
        "longest": deciding.LONGEST_REASON,
    }
    return render(request, "contests/queue.html", context)


def _decide(request: StaffRequest, uid: UUID) -> HttpResponse:
    contest, said = contest_or_404(uid), request.POST
    standing = Standing.SHOWN if "show" in said else Standing.REFUSED
    which, _colon, number = (said.get("show") or said.get("refuse", "")).partition(":")
    chosen = [UUID(one) for one in (said.getlist("who") if which == "picked" else [which]) if ids.is_uid(one)]
    reason = said.get("words", "").strip() or _reason(number or said.get("reason", ""))
    at = clock.now()
    try:
        done = deciding.decide(
            contest=contest, entries=chosen, standing=standing, reason=reason, by=str(request.user), at=at
        )
    except deciding.HasEnded:
        toast(request, _("It has ended: nothing more can be shown."), wrong=True)
        return redirect(_back(request, uid))
    if not done:
        toast(request, _("Nothing was changed: choose a photo that nobody has decided on."), wrong=True)
        return redirect(_back(request, uid))
    if standing == Standing.SHOWN:
        words = ngettext("%(n)d photo is shown.", "%(n)d photos are shown.", len(done))
    else:
        words = ngettext("%(n)d photo is not shown.", "%(n)d photos are not shown.", len(done))
    toast(request, words % {"n": len(done)}, undo=reverse("undo_entries", args=[uid, deciding.moment_of(at)]))
    return redirect(_back(request, uid))


@require_POST
@role()
def undo_entries(request: StaffRequest, uid: UUID, moment: int) -> HttpResponse:
    """What this colleague decided then stands as before."""
    done = deciding.undo(contest=contest_or_404(uid), moment=moment, by=str(request.user), at=clock.now())
    if done:
        toast(request, _("All is as before, and their authors were not told, unless a mail had left."))
    else:
        toast(request, _("It cannot be undone: it was decided anew meanwhile, or the contest has ended."), wrong=True)
    return redirect("entries_queue", uid)


def _reason(number: str) -> str:
    return next((words for n, words in enumerate(REASONS) if number == str(n)), "")


def _back(request: StaffRequest, uid: UUID) -> str:
    return reverse("contest" if "from_contest" in request.POST else "entries_queue", args=[uid])
