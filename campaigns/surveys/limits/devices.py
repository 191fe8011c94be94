"""A device from which a survey was answered, where its owner wants one answer from each: a signed cookie of the
survey's own page, set by the act of answering and by nothing else.

Within a frame it is partitioned (CHIPS): kept for the site around it alone, and sent in no other.
"""

from collections.abc import Container
from datetime import datetime, timedelta
from http.cookies import Morsel

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from campaigns.surveys.models import Survey
from engage.lib import tokens

LIVES = timedelta(days=400)


class Partitioned(Morsel[str]):
    """Python 3.14 knows the attribute."""

    def OutputString(self, attrs: Container[str] | None = None) -> str:
        return f"{super().OutputString(attrs)}; Partitioned"


def mark(response: HttpResponse, survey: Survey, occasion: str, *, framed: bool, at: datetime) -> None:
    """Lax: a link in a webmail page is a visit from another site, and must be recognised. In a frame only secure
    cookies may be sent: where we are reached by http, browsers keep none."""
    name = _name(survey)
    response.set_cookie(
        name,
        tokens.sign("answered-here", survey.pk, occasion, int((at + LIVES).timestamp())),
        max_age=int(LIVES.total_seconds()),
        path=reverse("answer_survey", args=[survey.key]),
        secure=framed or settings.HTTPS,
        httponly=True,
        samesite="None" if framed else "Lax",
    )
    if framed:
        plain, kept = response.cookies[name], Partitioned()
        kept.update(plain)
        kept.set(plain.key, plain.value, plain.coded_value)
        dict.__setitem__(response.cookies, name, kept)  # a jar makes plain ones of what it is given


def answered_here(request: HttpRequest, survey: Survey, *, at: datetime) -> str:
    """The occasion on which this device answered; '' if it did not."""
    try:
        survey_id, occasion, until = tokens.read("answered-here", request.COOKIES.get(_name(survey), ""))
    except ValueError:
        return ""
    return occasion if survey_id == str(survey.pk) and at.timestamp() < int(until) else ""


def _name(survey: Survey) -> str:
    return f"engage_answered_{survey.pk}"
