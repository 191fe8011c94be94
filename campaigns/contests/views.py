"""A contest as everybody sees it: what it is, what was entered, and one entry. Nothing here needs a login or script."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.contests import gallery, queries
from campaigns.contests.confirming import confirm_until, is_in_grace
from campaigns.contests.links import contest_url, entry_url, is_own
from campaigns.contests.models import Contest, Entry
from campaigns.contests.sharing.links import carried
from campaigns.contests.sharing.people import sharer
from campaigns.contests.stages import Stage, may_be_voted_on, stage
from campaigns.surveys.limits.limits import Once, parse_limits
from campaigns.surveys.origins import PARAMETER
from campaigns.surveys.queries import definition_of
from campaigns.surveys.themed import themed
from crm.dialogue.links import talk_path
from engage.lib import clock
from engage.lib.files import SANDBOX, shut
from engage.lib.public import notice, public

PHOTO_LIVES = 3600
"""Seconds in which a browser need not ask for a photo again."""


@public
@themed
@require_safe
def public_contest(request: HttpRequest, key: str) -> HttpResponse:
    """`?page=` of the gallery; `?t=` is a message's link, which the entry form takes. A constant number of queries."""
    contest = queries.by_key(key)
    if contest is None or queries.is_draft(contest):
        return _none(request)
    at, number = clock.now(), request.GET.get("page", "1")
    now = gallery.page(contest, int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1, at)
    winners = gallery.winners(contest) if now.number == 1 else []
    context = {
        **around(request, contest, at),
        "prizes": list(contest.prizes.all()),
        "page": now,
        "winners": winners,
        "picture": next((one for one in (winners or now.rows) if one.photo), None),
        "sharer": sharer(request, contest, None, own=False, at=at),
        "url": contest_url(key),
    }
    return render(request, "contests/public/contest.html", context)


@public
@themed
@require_safe
def public_entry(request: HttpRequest, key: str, uid: UUID) -> HttpResponse:
    """One that is shown; to its author, by their own link, how it stands."""
    contest = queries.by_key(key)
    entry = gallery.one(contest, uid) if contest and not queries.is_draft(contest) else None
    if contest is None or entry is None:
        return _none(request)
    own = is_own(entry, request.GET.get("own", ""))
    if entry.standing != Entry.Standing.SHOWN and not own:
        link = (reverse("public_contest", args=[key]), _("See the contest"))
        return notice(
            request, _("There is no such photo here"), _("It may have been taken away."), status=404, link=link
        )
    at = clock.now()
    context = {
        **around(request, contest, at),
        "entry": entry,
        "own": own,
        "sharer": sharer(request, contest, entry, own=own, at=at),
        "url": entry_url(key, entry),
    }
    return render(request, "contests/public/entry.html", context)


@require_safe
def contest_photo(request: HttpRequest, key: str, uid: UUID) -> HttpResponse:
    """Of an entry that is shown; `?small` is the one of the gallery."""
    found = gallery.picture(key, uid, small="small" in request.GET)
    if found is None:
        raise Http404
    response = shut(HttpResponse(found[0], content_type=f"image/{found[1]}"), SANDBOX)
    response.headers["Cache-Control"] = f"private, max-age={PHOTO_LIVES}"
    return response


def around(request: HttpRequest, contest: Contest, at: datetime) -> dict[str, Any]:
    """What every page of a contest has."""
    assert contest.survey.current is not None
    definition, limits = definition_of(contest.survey.current), parse_limits(contest.survey.limits)
    now, token, origin = stage(contest, at), request.GET.get("t", ""), carried(request)
    said = {name: value for name, value in (("t", token), (PARAMETER, origin)) if value}
    form = reverse("answer_survey", args=[contest.survey.key])
    return {
        "contest": contest,
        "key": contest.survey.key,
        "title": definition.title,
        "intro": definition.intro,
        "limits": limits,
        "stage": now,
        "may_vote": may_be_voted_on(contest, at),
        "enter_url": f"{form}?{urlencode(said)}" if said else form,
        "origin": origin,
        "carry": f"?{urlencode({PARAMETER: origin})}" if origin else "",
        "by_link": limits.once is Once.LINK and not token,
        "confirm_until": confirm_until(limits) if now is Stage.OPEN or is_in_grace(contest, at) else None,
        "enters": now is Stage.OPEN,
        "talk_url": talk_path(),
        "root": settings.PUBLIC_URL,
    }


def _none(request: HttpRequest) -> HttpResponse:
    return notice(request, _("There is no such contest"), _("Its address may have changed."), status=404)
