"""A survey's public page. A signed link says whom it is for; without one it is open to everybody."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.surveys import links, origins, queries
from campaigns.surveys.asked.kinds.kind import Tampered
from campaigns.surveys.embeds import counting
from campaigns.surveys.embeds.framing import Frame
from campaigns.surveys.filling import doors, page, spam
from campaigns.surveys.filling.filling import Filling, begin, spoken_with, ways_to_speak
from campaigns.surveys.filling.receiving import TOO_MUCH, Receiving
from campaigns.surveys.limits import devices
from campaigns.surveys.limits.limits import Once, Proof, parse_limits
from campaigns.surveys.links import BadLink, Expired, Sheet, Tap, Visitor
from campaigns.surveys.models import Response, Survey, SurveyVersion
from campaigns.surveys.taking import photos, recording
from campaigns.surveys.themed import themed
from crm.contacts import normal
from engage.lib import clock
from engage.lib.public import embeddable, is_peek, notice, public
from engage.lib.spoken import speak

HONEYPOT = "website"
ENDED = (
    Response.State.SUSPECT,
    Response.State.FINAL,
    Response.State.SCREENED,
    Response.State.FULL,
    Response.State.WAITING,
    Response.State.REPLACED,
)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def answer_survey(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the questions, with the answer that a mail's link names selected; POST makes the answers final."""
    return answer(request, key)


@themed
def answer(request: HttpRequest, key: str) -> HttpResponse:
    if request.method == "POST" and spam.is_flood(request):
        return notice(request, _("Please wait a minute"), str(TOO_MUCH), status=429)
    survey = queries.find(key)
    if survey is None or survey.current is None:
        return notice(request, _("There is no such survey"), _("Its address may have changed."), status=404)
    if shut := doors.closed(request, survey, clock.now()):
        return shut
    try:
        if request.method == "POST":
            return _post(request, survey, survey.current)
        token = request.GET.get("r", "")
        return _resume(request, survey, token) if token else _show(request, survey, survey.current)
    except (BadLink, Tampered):
        return _bad_link(request, survey)
    except Expired:
        text = _("This page was opened, or its link sent, a long time ago. Nothing was kept of it.")
        return notice(request, _("This link is too old"), text, status=410, link=_open_page(survey))


@public
@themed
@require_POST
def dont_remember(request: HttpRequest, key: str) -> HttpResponse:
    """Her "Don't": one answer of a response is taken out of memory; the page that says so."""
    return dont(request, key)


def dont(request: HttpRequest, key: str) -> HttpResponse:
    survey = queries.find(key)
    if survey is None:
        return notice(request, _("There is no such survey"), _("Its address may have changed."), status=404)
    try:
        response = links.read_change(request.POST.get("answered", ""), survey, clock.now())
    except BadLink:
        return _bad_link(request, survey)
    except Expired:
        text = _("What we remember can be changed on your own page at any time.")
        return notice(request, _("This page is too old"), text, status=410)
    question = queries.definition_of(response.version).question(request.POST.get("question", ""))
    if question is None or question.id not in response.answers:
        return _bad_link(request, survey)
    recording.decline(response=response, question=question, by="customer", at=clock.now())
    with speak(response.language):
        return page.thanks(request, response)


def _show(request: HttpRequest, survey: Survey, version: SurveyVersion) -> HttpResponse:
    at, token = clock.now(), request.GET.get("t", "")
    visitor, tap = links.read_link(token, survey, at) if token else (links.stranger(origins.named(request)), Tap())
    with speak(*ways_to_speak(request, version, visitor)):
        if refused := doors.not_for(request, survey, visitor):
            return refused
        found = doors.known_here(request, survey, visitor, at)
        if found and found.state == Response.State.BEGUN:
            return _go_on(request, found, Visitor(found.occasion, visitor.message, found.origin))
        limits = parse_limits(survey.limits)
        if found and found.state in ENDED:
            may = limits.changes and found.state == Response.State.FINAL
            if not may or "change" not in request.GET:
                return page.answered_before(request, visitor, at, change=_change_url(request) if may else "")
            visitor, tap = visitor.again(found.occasion), Tap()
        elif doors.is_full_for_all(survey, limits):
            return doors.full(request, survey, limits)
        if not visitor.message and not is_peek(request):
            counting.count(survey.pk, visitor.origin, counting.SHOWN, at=at)
        at_hand = begin(request, version, visitor, tap, at)
        if at_hand.tapped and not is_peek(request):
            recording.note_tap(version=version, visitor=visitor, answers=at_hand.tapped, at=at)
        return page.show(at_hand)


def _resume(request: HttpRequest, survey: Survey, token: str) -> HttpResponse:
    """Where it was left off: nothing of what was answered is shown, the link may have been handed on."""
    at = clock.now()
    found, visitor = links.read_resume(token, survey, at)
    with speak(*ways_to_speak(request, found.version, visitor)):
        if found.state in ENDED:
            return page.answered_before(request, visitor, at)
        if refused := doors.not_for(request, survey, visitor):
            return refused
        return _go_on(request, found, visitor)


def _go_on(request: HttpRequest, found: Response, visitor: Visitor) -> HttpResponse:
    sheet = Sheet(page=found.page, language=spoken_with(request, found.version, visitor))
    at_hand = Filling(request, found.version, visitor, sheet, clock.now())
    return page.show(at_hand, kept=[])


def _post(request: HttpRequest, survey: Survey, version: SurveyVersion) -> HttpResponse:
    if queries.definition_of(version).takes_photos:
        if photos.is_too_large(request):
            text = _("The photo is larger than 15 MB. Nothing was kept: go back, and choose a smaller one.")
            return notice(request, _("That is too large"), text, status=413)
        photos.let_in(request)
    return _receive(request, survey)


def _receive(request: HttpRequest, survey: Survey) -> HttpResponse:
    at = clock.now()
    version, visitor, sheet = links.read_form(request.POST.get("form", ""), survey, at)
    with speak(sheet.language or queries.definition_of(version).language, visitor.language):
        visitor = _at_device(request, survey, visitor, version)
        if request.POST.get(HONEYPOT):
            spam.note_sign(survey.pk)
            return notice(request, _("Thank you"), _("Your answer has arrived."))
        at_hand = Filling(request, version, visitor, sheet, at)
        if refused := doors.not_for(request, survey, visitor):
            return refused
        if at_hand.page is None or _is_other_device(request, survey, visitor, at):
            return page.answered_before(request, visitor, at)
        return Receiving(at_hand, at_hand.page).carry_out()


def _change_url(request: HttpRequest) -> str:
    """This page, to answer anew."""
    token = request.GET.get("t", "")
    return f"{request.path}?{urlencode({'t': token, 'change': 1} if token else {'change': 1})}"


def _is_other_device(request: HttpRequest, survey: Survey, visitor: Visitor, at: datetime) -> bool:
    """Whether this device answered on another occasion, and may not again."""
    if visitor.message or parse_limits(survey.limits).once is not Once.DEVICE:
        return False
    here = devices.answered_here(request, survey, at=at)
    return bool(here) and links.base_of(here) != links.base_of(visitor.occasion)


def _at_device(request: HttpRequest, survey: Survey, visitor: Visitor, version: SurveyVersion) -> Visitor:
    """In a frame on the owner's site answers belong to whom its device does, as all that the site script tells. Not
    where an address is to be confirmed: it may be somebody else's."""
    device = normal.identity("anonymous", request.POST.get("device", "")) if hasattr(request, "frame") else None
    limits = parse_limits(survey.limits)
    by_mail = limits.once is Once.ADDRESS or limits.proof is not Proof.OFF
    confirms = queries.definition_of(version).permission or by_mail
    if device is None or visitor.message or confirms:
        return visitor
    return replace(visitor, device=device.value)


def _bad_link(request: HttpRequest, survey: Survey) -> HttpResponse:
    text = _("A mail program may have cut it, or it belongs to another page. Nothing was kept.")
    return notice(request, _("This link does not work"), text, status=404, link=_open_page(survey))


def _open_page(survey: Survey) -> tuple[str, str]:
    return reverse("answer_survey", args=[survey.key]), _("Answer without it")


@public
@themed
@require_http_methods(["GET", "HEAD", "POST"])
def preview_survey(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The draft as customers will see it, for whoever has the dashboard's link; a POST keeps nothing."""
    survey = queries.find(key)
    if survey is None:
        return notice(request, _("There is no such survey"), _("Its address may have changed."), status=404)
    try:
        if "framed" in request.GET:
            request.frame = Frame([request.build_absolute_uri("/")[:-1]])  # type: ignore[attr-defined]
        links.read_preview(token, survey, clock.now())
    except (BadLink, Expired):
        text = _("Open the preview again from the dashboard.")
        return embeddable(notice(request, _("This preview is too old"), text, status=410))
    if request.method == "POST":
        text = _("This was a preview. Nothing was kept.")
        return embeddable(notice(request, _("Thank you"), text, link=(request.path, _("Look again"))))
    return page.preview(request, survey)
