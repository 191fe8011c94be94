"""A survey's public page. A signed link says whom it is for; without one it is open to everybody."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.surveys import actions, links, queries
from campaigns.surveys.answers import PREFIX, Tampered, chosen, read
from campaigns.surveys.links import BadLink, Expired, Tap, Visitor
from campaigns.surveys.models import Survey, SurveyVersion
from campaigns.surveys.page import Page, answered_before, preview, thanks
from engage.lib import clock
from engage.lib.public import came_from, embeddable, is_peek, notice, public, speak, too_often

HONEYPOT = "website"
LIMIT, WINDOW_SECONDS = 30, 600
MAILS_AN_HOUR = 20
TOO_MUCH = gettext_lazy("Many answers came from here at once. Please press the button again in some minutes.")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def answer_survey(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows the questions, with the answer that a mail's link names selected; POST makes the answers final."""
    survey = queries.find(key)
    if survey is None or survey.current is None:
        return notice(request, _("There is no such survey"), _("Its address may have changed."), status=404)
    if survey.state != Survey.State.PUBLISHED:
        return notice(request, _("This survey is closed"), _("Thank you for wanting to answer."), status=410)
    try:
        return _receive(request, survey) if request.method == "POST" else _show(request, survey, survey.current)
    except (BadLink, Tampered):
        return _bad_link(request, survey)
    except Expired:
        text = _("This page was opened, or its link sent, a long time ago. Nothing was kept of it.")
        return notice(request, _("This link is too old"), text, status=410, link=_open_page(survey))


@public
@require_POST
def dont_remember(request: HttpRequest, key: str) -> HttpResponse:
    """Her "Don't": one answer of a response is taken out of memory; the page that says so."""
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
    actions.decline(response=response, question=question, by="customer", at=clock.now())
    return thanks(request, response)


def _show(request: HttpRequest, survey: Survey, version: SurveyVersion) -> HttpResponse:
    at, token = clock.now(), request.GET.get("t", "")
    visitor, tap = links.read_link(token, survey, at) if token else (links.stranger(), Tap())
    with speak(_language(visitor)):
        if visitor.message and queries.is_answered(survey, visitor.occasion):
            return answered_before(request, visitor, at)
        page = Page(request, version, visitor, at)
        answers = page.tapped(tap)
        if answers and not is_peek(request):
            actions.note_tap(version=version, visitor=visitor, answers=answers, at=at)
        return page.show(chosen(answers), asked=set(answers))


def _receive(request: HttpRequest, survey: Survey) -> HttpResponse:
    at = clock.now()
    version, visitor = links.read_form(request.POST.get("form", ""), survey, at)
    with speak(_language(visitor)):
        if request.POST.get(HONEYPOT):
            return notice(request, _("Thank you"), _("Your answer has arrived."))
        page = Page(request, version, visitor, at)
        reading = read(page.definition, request.POST, skipped=page.known)
        filled = {q.id: request.POST.getlist(PREFIX + q.id) for q in page.definition.questions}
        again = partial(page.show, filled, asked={id for id, values in filled.items() if any(values)})
        if reading.errors:
            return again(errors=reading.errors, status=400)
        if not reading.answers:
            return again(problem=_("Nothing is filled in yet."), status=400)
        permission = page.definition.permission
        asks = permission is not None and permission.id in reading.answers
        if (not visitor.message and _flood(request)) or (asks and _mail_flood(request)):
            return again(problem=str(TOO_MUCH), status=429)
        response = actions.answer(
            version=version,
            visitor=visitor,
            answers=reading.answers,
            at=at,
            network_address=came_from(request),
            language=get_language() or "",
        )
        return thanks(request, response, asked=asks) if response else answered_before(request, visitor, at)


def _flood(request: HttpRequest) -> bool:
    return too_often("survey", request.META["REMOTE_ADDR"], limit=LIMIT, seconds=WINDOW_SECONDS)


def _mail_flood(request: HttpRequest) -> bool:
    """Mails to others cost their receivers more than answers cost us."""
    return too_often("sign-up-from", request.META["REMOTE_ADDR"], limit=MAILS_AN_HOUR, seconds=3600)


def _language(visitor: Visitor) -> str:
    return visitor.person.language if visitor.person else ""


def _bad_link(request: HttpRequest, survey: Survey) -> HttpResponse:
    text = _("A mail program may have cut it, or it belongs to another page. Nothing was kept.")
    return notice(request, _("This link does not work"), text, status=404, link=_open_page(survey))


def _open_page(survey: Survey) -> tuple[str, str]:
    return reverse("answer_survey", args=[survey.key]), _("Answer without it")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def preview_survey(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """The draft as customers will see it, for whoever has the dashboard's link; a POST keeps nothing."""
    survey = queries.find(key)
    if survey is None:
        return notice(request, _("There is no such survey"), _("Its address may have changed."), status=404)
    try:
        links.read_preview(token, survey, clock.now())
    except (BadLink, Expired):
        text = _("Open the preview again from the dashboard.")
        return embeddable(notice(request, _("This preview is too old"), text, status=410))
    if request.method == "POST":
        text = _("This was a preview. Nothing was kept.")
        return embeddable(notice(request, _("Thank you"), text, link=(request.path, _("Look again"))))
    return preview(request, survey)
