"""One journey: what it does, who is on it, and how each of them walked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from campaigns.journeys import queries
from campaigns.journeys.brake import BRAKE, brake_on
from campaigns.journeys.by_hand import BY_HAND
from campaigns.journeys.compiled import origin, versions
from campaigns.journeys.definition import Definition
from campaigns.journeys.describe import Line, lines, starts_when
from campaigns.journeys.models import Enrolment, Journey, Visit
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.queries import StepCounts
from campaigns.journeys.shadow.figures import verdicts_of
from engage.dashboard.journeys.braking import brake_words
from engage.dashboard.journeys.verdicts import in_shadow
from engage.dashboard.journeys.webhooks import words as webhook_words
from engage.dashboard.journeys.words import Reason, left_because, reasons_then, visit_words
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock
from engage.lib.cursor import page_by_time


@dataclass(frozen=True)
class Card:
    """A step with its numbers."""

    line: Line
    counts: StepCounts
    origin: str


@dataclass(frozen=True)
class Step:
    """A visit in words, what the conditions of a branch found, and what became of a webhook; of a message in shadow
    what would have become of it, and why."""

    visit: Visit
    text: str
    reasons: list[Reason]
    told: str
    fate: str = ""
    why: str = ""


@require_GET
@role("owner", "marketer")
def journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What it does in sentences with the numbers of each step, who is on it, its versions, and what can be done."""
    found = journey_or_404(uid)
    published = _published(found)
    shown, problems = (published, ()) if published else _draft(found)
    context = {
        "journey": found,
        "starts": starts_when(shown) if shown else "",
        "cards": _cards(found, shown) if shown else [],
        "problems": problems,
        "totals": queries.totals(found),
        "entries": queries.entries(found, published.entry.per_day, at=clock.now()) if published else None,
        "few": queries.people_on(found, active=True)[: queries.FEW],
        "versions": found.versions.order_by("-number")[: queries.FEW],
        "changed": found.current is not None and written_out(found.draft) != found.current.definition,
        "brake": brake_words(brake) if (brake := brake_on(found)) else "",
        "braked": found.state_by == BRAKE,
        "unreadable": found.current is not None and published is None,
    }
    return render(request, "journeys/journey.html", context)


@require_GET
@role("owner", "marketer")
def people(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Everybody who is on it, or with `?left=1` who was."""
    found, left = journey_or_404(uid), request.GET.get("left") == "1"
    walks = queries.people_on(found, active=not left)
    page = page_by_time(walks, request.GET.get("cursor", ""), field="began")
    rows = [(walk, left_because(walk)) for walk in page.rows]
    return render(request, "journeys/people.html", {"journey": found, "page": page, "rows": rows, "left": left})


@require_GET
@role("owner", "marketer")
def walk(request: StaffRequest, uid: UUID, enrolment: UUID) -> HttpResponse:
    """Why this person is here: what began it and every decision since."""
    found = walk_or_404(uid, enrolment)
    known = versions({found.version_id})
    definition = known[found.version_id].definition if found.version_id in known else None
    told = {webhook.visit: webhook_words(webhook) for webhook in found.webhooks.all()}
    path = queries.path_of(found)
    unsent = verdicts_of(found) if any(visit.decision.get("shadow") for visit in path) else {}
    verdicts = {number: in_shadow(message) for number, message in unsent.items()}
    steps = [
        Step(
            visit,
            visit_words(visit, definition),
            reasons_then(visit, definition),
            told.get(visit.number, ""),
            *verdicts.get(visit.number, ()),
        )
        for visit in path
    ]
    began = datetime.fromisoformat(found.event["at"]) if found.event.get("at") else found.began
    context = {"walk": found, "steps": steps, "because": left_because(found), "happened": began}
    context["by_hand"] = found.event.get("name") == BY_HAND
    return render(request, "journeys/walk.html", context)


def journey_or_404(uid: UUID) -> Journey:
    return get_object_or_404(Journey.objects.select_related("current", "campaign"), uid=uid)


def walk_or_404(uid: UUID, enrolment: UUID) -> Enrolment:
    known = Enrolment.objects.select_related("journey", "version", "contact", "wait")
    return get_object_or_404(known, uid=enrolment, journey__uid=uid)


def _published(found: Journey) -> Definition | None:
    if found.current_id is None:
        return None
    known = versions({found.current_id})
    return known[found.current_id].definition if found.current_id in known else None


def _draft(found: Journey) -> tuple[Definition | None, tuple]:
    try:
        return parse(written_out(found.draft)), ()
    except InvalidDefinition as error:
        return None, error.problems


def _cards(found: Journey, definition: Definition) -> list[Card]:
    counts = queries.step_counts(found, definition)
    return [Card(line, counts[line.step.id], origin(found.uid, line.step.id)) for line in lines(definition)]
