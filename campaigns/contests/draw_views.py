"""The page on which anybody checks a draw, and its record as a file."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.contests import queries
from campaigns.contests.draw_record import record_of
from campaigns.contests.drawing import CHECK
from campaigns.contests.models import Contest
from campaigns.contests.views import around
from campaigns.surveys.themed import themed
from engage.lib import clock
from engage.lib.public import notice, public

MOST_LISTED = 500
"""Ids on the page; the file has all."""


@public
@themed
@require_safe
def public_draw(request: HttpRequest, key: str) -> HttpResponse:
    """The commitment from the beginning, the list once it is fixed, seed and winners once it has ended."""
    contest = _found(key)
    if contest is None:
        return _none(request)
    record = record_of(contest)
    gone = set(record.gone)
    context = {
        **around(request, contest, clock.now()),
        "record": record,
        "listed": [(id, id in gone) for id in contest.drawn_from[:MOST_LISTED]],
        "more": len(contest.drawn_from) - MOST_LISTED,
        "check": CHECK,
    }
    return render(request, "contests/public/draw.html", context)


@public
@require_safe
def draw_record(request: HttpRequest, key: str) -> HttpResponse:
    contest = _found(key)
    if contest is None:
        return _none(request)
    return JsonResponse(
        record_of(contest).as_json(),
        json_dumps_params={"indent": 1},
        headers={"Content-Disposition": 'attachment; filename="record.json"'},
    )


def _found(key: str) -> Contest | None:
    contest = queries.by_key(key)
    return None if contest is None or queries.is_draft(contest) else contest


def _none(request: HttpRequest) -> HttpResponse:
    return notice(request, _("There is no such contest"), _("Its address may have changed."), status=404)
