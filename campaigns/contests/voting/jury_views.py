"""A juror's pages, by their own link: what is to be judged, and one entry. Blind: a photo and its words, no names."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.contests.models import Entry, Juror
from campaigns.contests.voting import jury
from engage.lib import clock
from engage.lib.public import notice, public

FIELD = "points-"


@public
@require_safe
def contest_jury(request: HttpRequest, token: str) -> HttpResponse:
    """Five queries, however many entries there are."""
    juror = jury.read(token)
    if juror is None:
        return _gone(request)
    given, entries = jury.given(juror), list(jury.to_judge(juror))
    rows = [(one, jury.is_whole(juror.contest, given.get(one.pk, {}))) for one in entries]
    context = {**_around(juror, token), "rows": rows, "left": next((one for one, whole in rows if not whole), None)}
    return render(request, "contests/public/jury.html", context | _counted(rows))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def judge_entry(request: HttpRequest, token: str, uid: UUID) -> HttpResponse:
    """POST saves what is ticked, and goes on to the next that is not judged; `quietly` saves alone."""
    juror = jury.read(token)
    if juror is None:
        return _gone(request)
    entries = list(jury.to_judge(juror))
    entry = next((one for one in entries if one.uid == uid), None)
    if entry is None:
        link = (reverse("contest_jury", args=[token]), _("See all photos"))
        return notice(
            request, _("There is no such photo here"), _("It may have been taken away."), status=404, link=link
        )
    if request.method != "POST":
        return _page(request, juror, token, entry, entries)
    points = _points(request, juror)
    if points is None:
        return _page(request, juror, token, entry, entries, problem=_("Choose 1 to 10."), status=400)
    if not jury.score(juror=juror, entry=entry, points=points, at=clock.now()):
        problem = _("Judging is over: nothing was changed.")
        return _page(request, juror, token, entry, entries, problem=problem, status=409)
    if request.POST.get("quietly"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(_next(juror, token, entry, entries), status=303)


def _next(juror: Juror, token: str, entry: Entry, entries: list[Entry]) -> str:
    """The one that is not judged yet, from here on and then from the beginning; the list when all are."""
    given = jury.given(juror)
    here = entries.index(entry)
    for one in [*entries[here + 1 :], *entries[:here]]:
        if not jury.is_whole(juror.contest, given.get(one.pk, {})):
            return reverse("judge_entry", args=[token, one.uid])
    return reverse("contest_jury", args=[token])


def _points(request: HttpRequest, juror: Juror) -> dict[str, int] | None:
    """What is ticked, None where any of it is no number of points."""
    found: dict[str, int] = {}
    for one in juror.contest.criteria:
        said = request.POST.get(FIELD + one["id"], "")
        if said:
            if not said.isascii() or not said.isdigit() or len(said) > 2 or not jury.LEAST <= int(said) <= jury.MOST:
                return None
            found[one["id"]] = int(said)
    return found


def _page(
    request: HttpRequest,
    juror: Juror,
    token: str,
    entry: Entry,
    entries: list[Entry],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    given = jury.given(juror)
    mine = given.get(entry.pk, {})
    rows = [(one, jury.is_whole(juror.contest, given.get(one.pk, {}))) for one in entries]
    context = {
        **_around(juror, token),
        "entry": entry,
        "criteria": [(FIELD + one["id"], one["label"], mine.get(one["id"])) for one in juror.contest.criteria],
        "numbers": range(jury.LEAST, jury.MOST + 1),
        "problem": problem,
    }
    return render(request, "contests/public/judge.html", context | _counted(rows), status=status)


def _counted(rows: list[tuple[Entry, bool]]) -> dict[str, int]:
    return {"done": sum(whole for _one, whole in rows), "of": len(rows)}


def _around(juror: Juror, token: str) -> dict[str, Any]:
    contest = juror.contest
    return {
        "contest": contest,
        "key": contest.survey.key,
        "title": contest.survey.title,
        "token": token,
        "is_open": jury.is_open(contest, clock.now()),
    }


def _gone(request: HttpRequest) -> HttpResponse:
    text = _("It may have been cut, or somebody else judges now. Ask whoever gave it to you.")
    return notice(request, _("This link does not work"), text, status=404)
