"""Begin by hand, and why somebody would not begin: asked of one journey, or of all that run."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.journeys import by_hand, queries
from campaigns.journeys.compiled import versions
from campaigns.journeys.definition import Entry
from campaigns.journeys.describe import occurrence_words, starts_when
from campaigns.journeys.entering import WhyNot, why_not_words
from campaigns.journeys.models import Journey
from campaigns.journeys.outlook import outlook
from campaigns.journeys.triggers import LONGEST_THING
from crm.contacts.models import Contact
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.journeys.trying import people_to_choose
from engage.dashboard.journeys.words import reasons_of
from engage.dashboard.person.views import contact_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

PASSED_OVER = frozenset({WhyNot.RULE, WhyNot.NO_THING})
"""What a colleague can say otherwise about."""


@dataclass(frozen=True)
class Choice:
    """A journey that runs; `why` is empty where the person may begin it."""

    uid: UUID
    name: str
    starts: str
    why: str


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def begin_journey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Choose a person; see why they would not begin, or let them."""
    found = journey_or_404(uid)
    if request.method == "POST":
        return _begin(request, found)
    search, person = request.GET.get("q", "").strip(), request.GET.get("person")
    choice = [] if person else people_to_choose(search, getattr(request.user, "email", ""))
    context = {"journey": found, "search": search, "found": choice}
    if person:
        context |= _looked_at(found, _person_or_404(person), request.GET.get("thing", "")[:LONGEST_THING])
    return render(request, "journeys/begin.html", context)


@require_GET
@role("owner", "marketer")
def person_journeys(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Every journey that runs, and why this person would not begin it."""
    contact = contact_or_404(uid)
    if contact.merged_into is not None:
        return redirect("person_journeys", contact.merged_into.uid)
    keys = queries.running()
    known = versions(keys)
    running = [known[key] for key in keys if key in known]
    why = by_hand.would_begin(running, contact.pk, at=clock.now())
    choices = [
        Choice(
            version.uid,
            version.name,
            starts_when(version.definition),
            why_not_words(said, version.definition.entry) if (said := why[version.id]) else "",
        )
        for version in running
    ]
    return render(request, "journeys/of_person.html", {"contact": contact, "choices": choices})


def _looked_at(found: Journey, contact: Contact, thing: str) -> dict[str, object]:
    version = versions({found.current_id}).get(found.current_id) if found.current_id else None
    seen = outlook(found, version, contact, at=clock.now(), thing=thing)
    return {
        "contact": contact,
        "outlook": seen,
        "key": version.definition.entry.key if version else "",
        "event": occurrence_words(version.definition.trigger) if version else "",
        "conditions": list(reasons_of(seen.rule)) if seen.rule else [],
        "may": PASSED_OVER.issuperset(seen.reasons),
        "not_meant": WhyNot.RULE in seen.reasons,
        "walks": queries.walks_by(contact.pk, found),
    }


def _begin(request: StaffRequest, found: Journey) -> HttpResponse:
    contact = _person_or_404(request.POST.get("person", ""))
    thing, whoever = request.POST.get("thing", "").replace("\x00", "").strip(), "whoever" in request.POST
    page = redirect("begin_journey", found.uid)
    page["Location"] += f"?person={contact.uid}"
    if len(thing) > LONGEST_THING:
        toast(request, _("That is too long."), wrong=True)
        return page
    try:
        begun = by_hand.begin(found, [contact.pk], by=str(request.user), at=clock.now(), thing=thing, whoever=whoever)
    except by_hand.WrongThing:
        toast(request, _("The journey was changed meanwhile: look again."), wrong=True)
        return page
    if contact.pk in begun.refused:
        toast(request, _why_not(found, begun.refused[contact.pk]), wrong=True)
        return page
    toast(request, _("They begin now."))
    return redirect("journey_walk", found.uid, begun.walks[contact.pk])


def _why_not(found: Journey, why: WhyNot) -> str:
    known = versions({found.current_id}) if found.current_id else {}
    entry = known[found.current_id].definition.entry if found.current_id in known else Entry()
    return why_not_words(why, entry)


def _person_or_404(said: str) -> Contact:
    try:
        person = UUID(said)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Contact, uid=person, merged_into=None, erased=None)
