"""What the site script asks for: itself, the survey in a frame, who may see it; and what became of it.

No cookie and no login: the key is public, a device's id is known to nobody else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.surveys import origins
from campaigns.surveys.embeds import counting, offering, queries, script
from campaigns.surveys.embeds.framing import frame_of, framed
from campaigns.surveys.embeds.models import Placement
from campaigns.surveys.filling import views
from crm.business.models import Key
from crm.contacts import normal
from crm.events import keys
from engage.lib import clock
from engage.lib.patience import PASSING
from engage.lib.public import public, too_often

MAX_BODY, MOST_PLACES = 4000, 50
ASKS, MINUTE = 120, 60
_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}

type View = Callable[[HttpRequest, Placement], HttpResponse]


@require_safe
def surveys_script(request: HttpRequest, site: str) -> HttpResponse:
    """The script with the places that are live; browsers ask for it anew after five minutes. Three queries."""
    if keys.kind_of(site) != Key.Kind.SITE:
        raise Http404
    return HttpResponse(
        script.for_site(site, at=clock.now()),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"},
    )


def of_place(view: View) -> Callable[..., HttpResponse]:
    """For a place that is there, shown in a frame on its sites and nowhere else."""

    @wraps(view)
    def placed(request: HttpRequest, key: str, place: UUID) -> HttpResponse:
        found = queries.find(place, key)
        if found is None or not found.on:
            raise Http404
        frame = frame_of(request, found)
        request.frame, request.origin = frame, found.origin  # type: ignore[attr-defined]
        return framed(view(request, found), frame)

    return placed


@public
@require_http_methods(["GET", "HEAD", "POST"])
@of_place
def answer_in_frame(request: HttpRequest, place: Placement) -> HttpResponse:
    """The survey's page. That it was opened is that it was shown: the script opens it when it appears."""
    return views.answer(request, place.survey.key)


@public
@require_POST
@of_place
def dont_in_frame(request: HttpRequest, place: Placement) -> HttpResponse:
    return views.dont(request, place.survey.key)


@public
@require_POST
@of_place
def begun_in_frame(request: HttpRequest, place: Placement) -> HttpResponse:
    """Somebody began to fill it in."""
    return begun(request, place.survey_id, place.origin)


@public
@require_POST
def begun_on_page(request: HttpRequest, key: str) -> HttpResponse:
    found = views.queries.find(key)
    if found is None:
        raise Http404
    return begun(request, found.pk, origins.named(request))


def begun(request: HttpRequest, survey: int, origin: str) -> HttpResponse:
    if not too_often("survey-begun", request.META["REMOTE_ADDR"], limit=ASKS, seconds=MINUTE):
        counting.count(survey, origin, counting.BEGUN, at=clock.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def may_show(request: HttpRequest) -> HttpResponse:
    """Which of these places may appear to whoever has this device. Five queries at most."""
    said = _said(request)
    device, wanted = normal.identity("anonymous", said.get("anonymousId")), said.get("places")
    if device is None or not isinstance(wanted, list) or len(wanted) > MOST_PLACES:
        return _nothing(400)
    if too_often("survey-may", request.META["REMOTE_ADDR"], limit=ASKS, seconds=MINUTE):
        return _nothing(429)
    try:
        if not _is_site(said.get("writeKey")):
            return _nothing(401)
        at = clock.now()
        places = queries.named(set(filter(None, map(_uid, wanted))), at)
        found = offering.allowed(device.value, places, at=at)
    except PASSING:
        return _nothing(503)
    return JsonResponse([str(one.uid) for one in found], safe=False, headers=_HEADERS)


@csrf_exempt
@require_POST
def met(request: HttpRequest) -> HttpResponse:
    """A place appeared to whoever has this device, or they put it away. Nothing is kept of strangers."""
    said = _said(request)
    deed = {"shown": offering.note_shown, "closed": offering.note_closed}.get(str(said.get("what")))
    device, uid = normal.identity("anonymous", said.get("anonymousId")), _uid(said.get("place"))
    if deed is None or device is None or uid is None:
        return _nothing(400)
    if too_often("survey-met", request.META["REMOTE_ADDR"], limit=ASKS, seconds=MINUTE):
        return _nothing(429)
    try:
        if not _is_site(said.get("writeKey")):
            return _nothing(401)
        if place := Placement.objects.filter(uid=uid, on=True).first():
            deed(device.value, place.survey_id, at=clock.now())
    except PASSING:
        return _nothing(503)
    return _nothing(204)


def _is_site(key: object) -> bool:
    return isinstance(key, str) and keys.kind_of(key) == Key.Kind.SITE


def _uid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _said(request: HttpRequest) -> dict[str, Any]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return {}
    try:
        said = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _nothing(status: int) -> HttpResponse:
    return HttpResponse(status=status, headers=_HEADERS)
