"""What keeps machines from public forms, and asks nothing of people: a field that nobody sees, the time it took, and
how much comes from one place."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from engage.lib import tokens
from engage.lib.public import too_often

HONEYPOT = "website"
LEAST_SECONDS = 2
FORM_LIVES = 7 * 86400
LIMIT, WINDOW_SECONDS = 30, 600


def stamp(at: datetime) -> str:
    """Goes into the form: when it was made."""
    return tokens.sign("hurdle", int(at.timestamp() * 1000))


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field was filled in that nobody sees: say thank you, and keep nothing."""
    return bool(request.POST.get(HONEYPOT))


def problem(request: HttpRequest, what: str, at: datetime) -> tuple[str, int]:
    """Why this form is not taken just now, in words, with its status; ('', 200) where nothing is against it."""
    try:
        took = at.timestamp() - int(tokens.read("hurdle", request.POST.get("made", ""))[0]) / 1000
    except ValueError:
        took = FORM_LIVES + 1.0
    if took < LEAST_SECONDS:
        return _("That was very quick. Your words are still here: please press the button once more."), 400
    if took > FORM_LIVES:
        return _("This page was open for a long time. Your words are still here: please press the button again."), 400
    if too_often(what, request.META["REMOTE_ADDR"], limit=LIMIT, seconds=WINDOW_SECONDS):
        return _("Much came from here at once. Your words are still here: please try again in some minutes."), 429
    return "", 200
