"""What a colleague searched for, kept with their session under a number of its own."""

import secrets

from django.http import HttpRequest

_NAME = "searches"
MOST = 20


def keep(request: HttpRequest, text: str) -> str:
    """The key under which the page finds it again; the oldest of MOST goes."""
    key = secrets.token_urlsafe(6)
    kept = list(request.session.get(_NAME, {}).items())[-MOST + 1 :]
    request.session[_NAME] = dict([*kept, (key, text)])
    return key


def kept(request: HttpRequest, key: str) -> str:
    """'' where this session knows of none, such as in an address that somebody passed on."""
    return request.session.get(_NAME, {}).get(key, "") if key else ""
