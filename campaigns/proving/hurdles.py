"""What keeps machines from public forms, and asks nothing of people: a field that nobody sees, the time it took, and
how much comes from one place: beyond that, some work of the browser's."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from campaigns.surveys.filling.spam import PRESS_AGAIN
from engage.lib import crowds, tokens
from engage.lib.crowds import Crowd, Verdict

HONEYPOT = "website"
LEAST_SECONDS = 2
FORM_LIVES = 7 * 86400


def stamp(at: datetime) -> str:
    """Goes into the form: when it was made."""
    return tokens.sign("hurdle", int(at.timestamp() * 1000))


def is_trapped(request: HttpRequest) -> bool:
    """Whether the field was filled in that nobody sees: say thank you, and keep nothing."""
    return bool(request.POST.get(HONEYPOT))


def forms(what: str) -> Crowd:
    """Of people whom we do not know."""
    return Crowd(what, free=30, most=600, seconds=600)


def haste(request: HttpRequest, at: datetime) -> tuple[str, int]:
    """Why this form is not taken just now, in words, with its status; ('', 200) where nothing is against it."""
    try:
        took = at.timestamp() - int(tokens.read("hurdle", request.POST.get("made", ""))[0]) / 1000
    except ValueError:
        took = FORM_LIVES + 1.0
    if took < LEAST_SECONDS:
        return _("That was very quick. Your words are still here: please press the button once more."), 400
    if took > FORM_LIVES:
        return _("This page was open for a long time. Your words are still here: please press the button again."), 400
    return "", 200


def press(request: HttpRequest, what: str, *of: Crowd, at: datetime) -> tuple[str, int]:
    """The same where one network sends much at once: the form is to be sent again with some work done, or later."""
    match crowds.judge(request, *of, worked=crowds.done(request, what, at)):
        case Verdict.WORK:
            return str(PRESS_AGAIN), 429
        case Verdict.REFUSED:
            return _("Much came from here at once. Your words are still here: please try again in some minutes."), 429
    return "", 200
