"""Where a survey appears: places on the owner's site, what came of each, and how it looks there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.surveys import queries as surveys
from campaigns.surveys.embeds import actions, queries, script
from campaigns.surveys.embeds.queries import Came
from campaigns.surveys.links import preview_path
from campaigns.surveys.models import Placement, Survey
from campaigns.surveys.origins import USUAL
from engage.dashboard.settings.chat import site_key
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.place_forms import PlaceForm
from engage.dashboard.surveys.tabs import stand
from engage.lib import clock


@dataclass(frozen=True, slots=True)
class Row:
    """A place with its state in words, what came of it, and the code to paste where it needs any."""

    place: Placement
    state: str
    when: str
    came: Came
    code: str = ""


@require_GET
@role("owner", "marketer")
def survey_places(request: StaffRequest, uid: UUID) -> HttpResponse:
    """All places with their figures, and those of links. Six queries."""
    found, at = _survey(uid), clock.now()
    stand(request, found)
    came = queries.came(found)
    places = list(found.placements.select_related("segment", "survey__current"))
    rows = [_row(place, came.pop(place.origin, Came(place.origin)), at) for place in places]
    home, key = settings.PUBLIC_URL, site_key()
    context = {
        "survey": found,
        "rows": rows,
        "shapes": _shapes(),
        "links": [(USUAL.get(one.origin, one.origin), one) for one in sorted(came.values(), key=lambda c: -c.answered)],
        "signs_up": _signs_up(found),
        "key": key,
        "scripts": f'<script async src="{home}/w/surveys/{key.public}.js"></script>' if key else "",
        "policy": f"script-src {home}; frame-src {home}; connect-src {home}",
    }
    return render(request, "surveys/places.html", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_place(request: StaffRequest, uid: UUID, shape: str) -> HttpResponse:
    """It appears at once, if the survey is open: the form says so."""
    if shape not in Placement.Shape.values:
        raise Http404
    found, form = _survey(uid), PlaceForm(request.POST or None, shape=shape)
    if request.method == "POST" and form.is_valid():
        by, at = str(request.user), clock.now()
        made = actions.place(survey=found, shape=shape, by=by, at=at, **form.values())
        actions.switch(placement=made, on=True, by=by, at=at)
        toast(request, _("It appears within five minutes."))
        return redirect("survey_places", found.uid)
    return _form(request, found, form, shape)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit_place(request: StaffRequest, uid: UUID, place: UUID) -> HttpResponse:
    found = _place(uid, place)
    form = PlaceForm(request.POST or None, shape=found.shape, place=found)
    if request.method == "POST" and form.is_valid():
        actions.change(placement=found, by=str(request.user), at=clock.now(), **form.values())
        toast(request, _("Saved. Browsers follow within five minutes."))
        return redirect("survey_places", uid)
    return _form(request, found.survey, form, found.shape, found)


@require_POST
@role("owner", "marketer")
def switch_place(request: StaffRequest, uid: UUID, place: UUID) -> HttpResponse:
    """On or off; off keeps what came."""
    found, on = _place(uid, place), request.POST.get("on") == "1"
    actions.switch(placement=found, on=on, by=str(request.user), at=clock.now())
    toast(request, _("It appears within five minutes.") if on else _("It no longer appears."))
    return redirect("survey_places", uid)


@require_GET
@role("owner", "marketer")
def try_place(request: StaffRequest, uid: UUID, place: UUID) -> HttpResponse:
    """An example page of ours with the place on it, as the questions stand in the draft. Nothing is counted or kept."""
    found = _place(uid, place)
    context = {"place": found, "survey": found.survey, "script": reverse("try_place_script", args=[uid, place])}
    return render(request, "surveys/place_try.html", context)


@require_GET
@role("owner", "marketer")
def try_place_script(request: StaffRequest, uid: UUID, place: UUID) -> HttpResponse:
    found = _place(uid, place)
    one = script.described(found, trial=f"{preview_path(found.survey, clock.now())}?framed=1")
    own = {"o": [request.build_absolute_uri("/")[:-1]], "p": [], "a": 0}
    soon = {"w": Placement.When.SECONDS, "n": 1}
    answer = HttpResponse(script.source("", [one | own | soon]), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _form(
    request: StaffRequest, survey: Survey, form: PlaceForm, shape: str, place: Placement | None = None
) -> HttpResponse:
    stand(request, survey)
    context = {"form": form, "survey": survey, "shape": shape, "place": place, "label": Placement.Shape(shape).label}
    return render(request, "surveys/place_form.html", context, status=400 if form.errors else 200)


def _row(place: Placement, came: Came, at: datetime) -> Row:
    code = script.snippet(place) if place.shape == Placement.Shape.INLINE else ""
    return Row(place, _state(place, at), _when(place), came, code)


def _state(place: Placement, at: datetime) -> str:
    if not place.on:
        return _("Off")
    if place.survey.state != Survey.State.PUBLISHED:
        return _("Waits until the survey is open")
    if not queries.is_open(place.survey, at):
        return _("The survey takes no answers now")
    if place.starts and place.starts > at:
        return _("Waits until its first day")
    return _("Over") if place.ends and place.ends <= at else _("On")


def _when(place: Placement) -> str:
    """Its moment, in words."""
    count = place.amount
    if place.shape == Placement.Shape.INLINE:
        return _("where your page has its code")
    if place.when == Placement.When.EXIT:
        return _("when the mouse leaves the page at the top")
    if place.when == Placement.When.SCROLL:
        return _("after %(n)d %% of the page were scrolled") % {"n": count}
    return ngettext("after %(n)d second", "after %(n)d seconds", count) % {"n": count}


def _shapes() -> list[tuple[str, object, str]]:
    said = {
        Placement.Shape.INLINE: _("Part of the page, where you paste its code. Nobody is interrupted."),
        Placement.Shape.SLIDE: _("A card in a lower corner. Whoever reads on may."),
        Placement.Shape.POPUP: _("In front of everything until it is answered or put away."),
    }
    return [(shape.value, shape.label, words) for shape, words in said.items()]


def _signs_up(survey: Survey) -> bool:
    version = survey.current
    return version is not None and surveys.definition_of(version).permission is not None


def _survey(uid: UUID) -> Survey:
    return get_object_or_404(Survey.objects.select_related("current"), uid=uid)


def _place(survey: UUID, uid: UUID) -> Placement:
    return get_object_or_404(queries.placements().select_related("segment"), survey__uid=survey, uid=uid)
