"""The page behind the link in the mail that asks whether an answer is theirs. GET shows it, POST makes it count."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.surveys import links, queries
from campaigns.surveys.confirming import own_answers
from campaigns.surveys.confirming.until import OVER, TooLate, page_of, until
from campaigns.surveys.filling import doors, page
from campaigns.surveys.limits.limiting import Full
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.links import BadLink, Expired
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.themed import themed
from crm.dialogue.links import talk_path
from engage.lib import clock
from engage.lib.public import notice, public
from engage.lib.spoken import speak


@public
@themed
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_answer(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """A machine that opens every link of a mail confirms nothing."""
    survey, at = queries.find(key), clock.now()
    if survey is None:
        return _gone(request, key)
    try:
        waiting = links.read_own_answer(token, survey, at)
    except BadLink:
        return _gone(request, key)
    except Expired:
        text = _("It worked for a week. The answer was not counted; you can answer again.")
        return notice(request, _("This link is too old"), text, status=410, link=_back(key))
    with speak(waiting.contact.language if waiting.contact else ""):
        if waiting.state != Response.State.WAITING:
            return _done(request, survey, waiting)
        if (last := until(survey.pk)) and at >= last:
            return _late(request, survey, last)
        if request.method != "POST":
            return _page(request, waiting, token)
        try:
            made = own_answers.confirm(waiting=waiting, at=at)
        except TooLate:  # since the line above
            return _late(request, survey, until(survey.pk))
        except Full:
            own_answers.give_up(waiting)
            return doors.full(request, survey, parse_limits(survey.limits))
        return page.thanks(request, made) if made else _before(request)


def _page(request: HttpRequest, waiting: Response, token: str) -> HttpResponse:
    definition = queries.definition_of(waiting.version)
    context = {
        "survey": definition,
        "answers": [one for one in queries.given(waiting, definition) if not one.hidden],
        "key": waiting.survey.key,
        "token": token,
        "talk_url": talk_path(),
    }
    return render(request, "surveys/public/own_answer.html", context)


def _done(request: HttpRequest, survey: Survey, done: Response) -> HttpResponse:
    if done.state == Response.State.FULL:
        return doors.full(request, survey, parse_limits(survey.limits))
    return notice(request, _("Thank you"), _("Your answer counts. There is nothing more to do."))


def _late(request: HttpRequest, survey: Survey, last: datetime | None) -> HttpResponse:
    text = _("It is settled already. What you sent is not counted or shown, and we forget it.")
    if last and last != OVER:
        text = _("It could be confirmed until %(when)s. What you sent is not counted or shown, and we forget it.")
        text %= {"when": doors.when(last)}
    return notice(request, _("It comes too late"), text, status=410, link=page_of(survey.key) or _back(survey.key))


def _before(request: HttpRequest) -> HttpResponse:
    return notice(request, _("Thank you"), _("You answered this before, and it counts once."))


def _gone(request: HttpRequest, key: str) -> HttpResponse:
    text = _("A mail program may have cut it, or nobody confirmed it in time and we forgot the answer.")
    return notice(request, _("This link does not work"), text, status=404, link=_back(key))


def _back(key: str) -> tuple[str, str]:
    return reverse("answer_survey", args=[key]), _("Answer again")
