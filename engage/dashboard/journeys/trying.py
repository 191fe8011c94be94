"""Try it: one person, simulated time, nothing sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET

from campaigns.journeys.definition import Occurrence
from campaigns.journeys.describe import event_words, exit_words, occurrence_words, sentence, span_words
from campaigns.journeys.engine import Waits
from campaigns.journeys.models import Journey
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.trial import Stop, Trial, supposed_exits, try_out
from crm.contacts.models import Contact
from crm.lists.finding import everyone
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.journeys.words import Reason, reasons_of
from engage.dashboard.messages.views import LETTER_CSP
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

MOST_FOUND = 8


@dataclass(frozen=True)
class Way:
    """What may happen during a wait in words, whether we pretend that it does, and the address of the other case."""

    words: str
    done: bool
    toggle: str


@dataclass(frozen=True)
class Shown:
    """A stop of the trial as the page shows it. `after` is the time since the stop above, '' for at once; `ways` are
    what may happen while they wait."""

    stop: Stop
    text: str
    after: str
    reasons: list[Reason]
    ways: list[Way]


@require_GET
@role("owner", "marketer")
def try_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Choose a person, then walk."""
    found = journey_or_404(uid)
    search, person = request.GET.get("q", "").strip(), request.GET.get("person")
    choice = [] if person else people_to_choose(search, getattr(request.user, "email", ""))
    context = {"journey": found, "search": search, "found": choice}
    if person:
        try:
            trial = _trial(found, request.GET)
        except InvalidDefinition as error:
            context["problems"] = error.problems
        else:
            begins = list(reasons_of(trial.begins)) if trial.begins else []
            context |= {"trial": trial, "stops": _stops(trial, request.GET), "begins": begins}
            context["event"] = event_words(trial.event["name"])
    return render(request, "journeys/try.html", context)


@require_GET
@role("owner", "marketer")
@xframe_options_sameorigin
@csp_override(LETTER_CSP)
def letter(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The message of one visit of the trial, alone, for a sandboxed frame."""
    try:
        trial = _trial(journey_or_404(uid), request.GET)
    except InvalidDefinition as error:
        raise Http404 from error
    wanted = request.GET.get("visit", "")
    stop = next((stop for stop in trial.stops if str(stop.decision.visit) == wanted), None)
    if stop is None or stop.rendered is None:
        raise Http404
    return HttpResponse(stop.rendered.html)


def people_to_choose(search: str, own_address: str) -> list[Contact]:
    """Who was searched for; else the colleague, as a customer, and whoever was here last. At most two queries."""
    if search:
        return list(everyone(search=search)[:MOST_FOUND])
    own = Contact.objects.filter(identities__kind="email", identities__value=own_address, merged_into=None)[:1]
    return list(dict.fromkeys([*own, *everyone()[:MOST_FOUND]]))


def _trial(found: Journey, query: QueryDict) -> Trial:
    """Of the draft, which is the published version unless it was changed. Raises InvalidDefinition, Http404."""
    try:
        person = UUID(query.get("person", ""))
    except ValueError as error:
        raise Http404 from error
    contact = get_object_or_404(Contact, uid=person, merged_into=None)
    definition = parse(written_out(found.draft))
    return try_out(definition, contact, met=supposed_exits(definition, query.getlist("met")), at=clock.now())


def _stops(trial: Trial, query: QueryDict) -> list[Shown]:
    shown = []
    before = trial.stops[0].at if trial.stops else None
    for stop in trial.stops:
        gone = stop.at - before if before else timedelta(0)
        before = stop.at
        shown.append(
            Shown(
                stop=stop,
                text=sentence(stop.decision.step),
                after=span_words(_rounded(gone)) if gone else "",
                reasons=list(reasons_of(stop.why)) if stop.why else [],
                ways=list(_ways(stop, trial.goal, query)),
            )
        )
    return shown


def _rounded(gone: timedelta) -> timedelta:
    """To whole days, hours or minutes, where there are two at least."""
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if gone >= 2 * unit:
            return round(gone / unit) * unit
    return timedelta(seconds=round(gone.total_seconds()))


def _ways(stop: Stop, goal: Occurrence | None, query: QueryDict) -> Iterator[Way]:
    """At most one of them is pretended at each wait."""
    if not isinstance(stop.decision, Waits) or stop.decision.exit is not None:
        return
    step = stop.decision.step
    ways = {f"{step.id}:{number}": exit_words(exit) for number, exit in enumerate(step.sooner)}
    if goal:
        ways[f"{step.id}:goal"] = occurrence_words(goal)
    for name, words in ways.items():
        done = name in query.getlist("met")
        other = query.copy()
        others = [said for said in query.getlist("met") if said not in ways]
        other.setlist("met", others if done else [*others, name])
        yield Way(words, done, f"?{other.urlencode()}")
