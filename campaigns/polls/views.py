"""A poll's page: the question, and what came of it so far. Votes go to the survey behind it and nowhere else."""

import threading
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns.polls import counting
from campaigns.polls.actions import STREAM
from campaigns.polls.links import has_voted, poll_path
from campaigns.polls.models import Poll
from campaigns.surveys import links, origins
from campaigns.surveys.embeds import queries as places_on_sites
from campaigns.surveys.embeds.framing import frame_of, framed
from campaigns.surveys.limits.limits import Once, parse_limits
from campaigns.surveys.links import Sheet
from campaigns.surveys.models import Placement, Survey
from crm.dialogue.links import talk_path
from engage.lib import clock, ids
from engage.lib.public import notice, public
from engage.lib.streaming import respond

MOST_LIVE = 60
"""Visitors who follow polls, in one process: with those of colleagues fewer than its threads."""
places = threading.BoundedSemaphore(MOST_LIVE)
COOKIE_LIVES = 400 * 86400


@public
@require_safe
def poll(request: HttpRequest, key: str) -> HttpResponse:
    """`?voted=` is the proof of whoever voted; `?part=results` is what came of it alone, for the page that is open.
    `?in=` is the place on a site in whose frame it stands, once somebody voted there."""
    found = _find(key)
    if found is None or found.survey.state == Survey.State.DRAFT:
        return notice(request, _("There is no such poll"), _("Its address may have changed."), status=404)
    at, place = clock.now(), _place(request, key)
    token = request.GET.get("voted", "")
    voted = has_voted(found, token or request.COOKIES.get(_cookie(found), ""))
    now, once = counting.standing(found, at), parse_limits(found.survey.limits).once
    context = {
        "poll": found,
        "now": now,
        "voted": voted,
        "token": token if voted else "",
        "seen": counting.may_see(found, voted=voted, over=now.is_over),
        "once": once,
        "form": "" if voted or place or now.is_over or once is Once.LINK else _form(request, found),
        "talk_url": talk_path(),
    }
    if request.GET.get("part") == "results":
        return render(request, "polls/public/results.html", context, status=200 if context["seen"] else 403)
    if place:
        request.frame = frame_of(request, place)  # type: ignore[attr-defined]
        return framed(render(request, "polls/public/poll.html", context), request.frame)  # type: ignore[attr-defined]
    response = render(request, "polls/public/poll.html", context)
    if voted and token and once is Once.DEVICE:
        _remember(response, found, token)
    return response


@require_safe
def follow_poll(request: HttpRequest, key: str) -> HttpResponseBase:
    """Server-sent events: that somebody voted, and nothing of what."""
    found = _find(key)
    if found is None or found.shows == Poll.Shows.END:
        raise Http404
    return respond(STREAM, places, only={"survey": found.survey_id})


def _find(key: str) -> Poll | None:
    return Poll.objects.select_related("survey__current__survey").filter(survey__key=key).first()


def _place(request: HttpRequest, key: str) -> Placement | None:
    """One query, where one is named."""
    named = request.GET.get("in", "")
    found = places_on_sites.find(UUID(named), key) if ids.is_uid(named) else None
    return found if found and found.on else None


def _form(request: HttpRequest, found: Poll) -> str:
    assert found.survey.current is not None
    visitor = links.stranger(origins.named(request))
    return links.sign_form(found.survey.current, visitor, Sheet(), clock.now())


def _cookie(found: Poll) -> str:
    return f"engage_voted_{found.survey_id}"


def _remember(response: HttpResponse, found: Poll, token: str) -> None:
    """That this device voted, where one vote a device is all that is asked; set by the look at what came of it."""
    response.set_cookie(
        _cookie(found),
        token,
        max_age=COOKIE_LIVES,
        path=poll_path(found.survey.key),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
