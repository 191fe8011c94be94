"""A device from which a survey was answered, where its owner wants one answer from each: a signed cookie of the
survey's own page, set by the act of answering and by nothing else."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from campaigns.surveys.models import Survey
from engage.lib import tokens

LIVES = timedelta(days=400)


def mark(response: HttpResponse, survey: Survey, occasion: str, *, at: datetime) -> None:
    """Lax: a link in a webmail page is a visit from another site, and must be recognised."""
    response.set_cookie(
        _name(survey),
        tokens.sign("answered-here", survey.pk, occasion, int((at + LIVES).timestamp())),
        max_age=int(LIVES.total_seconds()),
        path=reverse("answer_survey", args=[survey.key]),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def answered_here(request: HttpRequest, survey: Survey, *, at: datetime) -> str:
    """The occasion on which this device answered; '' if it did not."""
    try:
        survey_id, occasion, until = tokens.read("answered-here", request.COOKIES.get(_name(survey), ""))
    except ValueError:
        return ""
    return occasion if survey_id == str(survey.pk) and at.timestamp() < int(until) else ""


def _name(survey: Survey) -> str:
    return f"engage_answered_{survey.pk}"
