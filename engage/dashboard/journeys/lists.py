"""The room's lists of journeys: running, drafts."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.journeys import queries
from campaigns.journeys.compiled import versions
from campaigns.journeys.describe import starts_when
from campaigns.journeys.models import Journey
from campaigns.journeys.seeing import hidden_journeys
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

State = Journey.State


@dataclass(frozen=True)
class Row:
    """A journey as a list shows it; `starts` is empty where its version can no longer be read. Of one that is `hidden`
    from this colleague only its name and state."""

    journey: Journey
    starts: str
    hidden: bool


@require_GET
@role("owner", "marketer")
def journeys(request: StaffRequest) -> HttpResponse:
    """Those that run, walk in shadow or are paused, and below them those that were stopped."""
    hidden = hidden_journeys(str(request.user.role))
    running = _rows([State.LIVE, State.SHADOW, State.PAUSED], hidden)
    context = {"running": running, "stopped": _rows([State.STOPPED], hidden)}
    return render(request, "journeys/running.html", context)


@require_GET
@role("owner", "marketer")
def drafts(request: StaffRequest) -> HttpResponse:
    drafts = Journey.objects.filter(state=State.DRAFT).order_by("-updated", "-id")
    found = drafts.exclude(pk__in=hidden_journeys(str(request.user.role)))
    return render(request, "journeys/drafts.html", {"drafts": found})


def _rows(states: list[str], hidden: frozenset[int]) -> list[Row]:
    """One query, and one more for versions never met by this process."""
    found = list(queries.journeys(states, at=clock.now()))
    known = versions({journey.current_id for journey in found if journey.current_id})
    return [
        Row(
            journey,
            starts_when(known[journey.current_id].definition) if journey.current_id in known else "",
            journey.pk in hidden,
        )
        for journey in found
    ]
