"""The addresses of ours that a message carries: signed, each good for one purpose only.

`…_url` is absolute, for mails; `…_path` is for pages of ours, which may be open under another name of this machine.
"""

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from engage.lib import tokens

MEMORY_LIVES = timedelta(days=400)


def unsubscribe_url(message: UUID) -> str:
    return settings.PUBLIC_URL + _path("unsubscribe", tokens.sign("u", str(message)))


def click_url(message: UUID) -> str:
    """Where clicks are counted. `.{number}` is put behind it and counts the message's own links from 0; it needs no
    signature, because it leads nowhere else."""
    return settings.PUBLIC_URL + _path("click", tokens.sign("c", str(message)))


def talk_url(message: UUID | str) -> str:
    return settings.PUBLIC_URL + talk_path(message)


def talk_path(message: UUID | str = "") -> str:
    """Write to a person: about this message, or about nothing."""
    return f"{_path('talk')}?t={tokens.sign('t', str(message))}" if message else _path("talk")


def still_right_url(message: UUID, preference: int) -> str:
    """Where what a message cites is confirmed or changed with one tap. `preference` is its primary key."""
    return settings.PUBLIC_URL + _path("still_right", tokens.sign("r", str(message), preference))


def memory_url(contact: UUID, message: UUID | str, *, at: datetime) -> str:
    return settings.PUBLIC_URL + memory_path(contact, message, at=at)


def memory_path(contact: UUID, message: UUID | str, *, at: datetime) -> str:
    """What we remember about you. `message` may be empty; valid for 400 days from `at`."""
    token = tokens.sign("m", str(contact), str(message), int(at.timestamp()))
    return _path("memory", token)


def _path(name: str, token: str = "") -> str:
    before, after = _around(name, bool(token))
    return before + token + after


@cache
def _around(name: str, with_token: bool) -> tuple[str, str]:
    """What stands before and after the token: asking Django for each mail's five links costs more than signing them."""
    before, _, after = reverse(name, args=["token"] if with_token else []).partition("token")
    return before, after
