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
VOTER = "voter"
"""What says, behind `?t=` of a page where people vote, who is there."""

TRAP_NUMBER = 9999
"""No message has so many links."""


def unsubscribe_url(message: UUID) -> str:
    return settings.PUBLIC_URL + _path("unsubscribe", tokens.sign("u", str(message)))


def click_url(message: UUID) -> str:
    """Where clicks are counted. `.{number}` is put behind it and counts the message's own links from 0; it needs no
    signature, because it leads nowhere else."""
    return settings.PUBLIC_URL + _path("click", tokens.seal("c", message))


def you_url(message: UUID) -> str:
    """A short way to what we remember about whoever got the message."""
    return settings.PUBLIC_URL + _path("you", tokens.seal("y", message))


def trap_url(message: UUID) -> str:
    """A link that no reader sees: whoever follows it follows every link."""
    return f"{click_url(message)}.{TRAP_NUMBER}"


def open_url(message: UUID) -> str:
    """The picture that says that a message was opened."""
    return settings.PUBLIC_URL + _path("open", tokens.sign("o", str(message)))


def talk_url(message: UUID | str) -> str:
    return settings.PUBLIC_URL + talk_path(message)


def talk_path(message: UUID | str = "") -> str:
    """Write to a person: about this message, or about nothing."""
    return f"{_path('talk')}?t={tokens.sign('t', str(message))}" if message else _path("talk")


def board_url(message: UUID | str) -> str:
    """Where customers suggest things and vote: as whoever got the message."""
    return f"{settings.PUBLIC_URL}{_path('public_board')}?t={tokens.sign(VOTER, 'message', str(message))}"


def answered_url(conversation: UUID, entry: UUID) -> str:
    """Where an automatic answer stands again, with the way to a person."""
    return settings.PUBLIC_URL + answered_path(conversation, entry)


def answered_path(conversation: UUID, entry: UUID) -> str:
    return _path("talk_answered", tokens.sign("a", str(conversation), str(entry)))


def rating_url(conversation: UUID | str) -> str:
    """Where a conversation that is over gets its stars. `?stars=4` chooses some beforehand."""
    return settings.PUBLIC_URL + rating_path(conversation)


def rating_path(conversation: UUID | str) -> str:
    return _path("talk_rating", tokens.sign("g", str(conversation)))


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
