"""A device that a person asked us to remember, for 90 days, and only for them: a signed cookie set by that act."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from engage.lib import tokens

LIVES = timedelta(days=90)
_COOKIE = "engage_device"


def remember(response: HttpResponse, person: str, *, at: datetime) -> None:
    """`person` is a public id. Lax: a link in a webmail page is a visit from another site, and must be recognised."""
    response.set_cookie(
        _COOKIE,
        tokens.sign("device", person, int((at + LIVES).timestamp())),
        max_age=int(LIVES.total_seconds()),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(_COOKIE, samesite="Lax")


def is_known(request: HttpRequest, person: str, *, at: datetime) -> bool:
    """Whether `person` asked for it on this device, not too long ago."""
    return bool(person) and who(request, at=at) == person


def who(request: HttpRequest, *, at: datetime) -> str:
    """Who asked for it on this device, not too long ago: a public id, or ''."""
    try:
        person, until = tokens.read("device", request.COOKIES.get(_COOKIE, ""))
    except ValueError:
        return ""
    return person if at.timestamp() < int(until) else ""
