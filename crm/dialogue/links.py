"""The addresses of ours that a message carries: absolute, signed, each good for one purpose only."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from engage.lib import tokens

MEMORY_LIVES = timedelta(days=400)


def unsubscribe_url(message: UUID) -> str:
    return _absolute("unsubscribe", tokens.sign("u", str(message)))


def memory_url(contact: UUID, message: UUID | str, *, at: datetime) -> str:
    """What we remember about you. `message` may be empty; valid for 400 days from `at`."""
    return _absolute("memory", memory_token(contact, message, at=at))


def memory_token(contact: UUID, message: UUID | str, *, at: datetime) -> str:
    return tokens.sign("m", str(contact), str(message), int((at + MEMORY_LIVES).timestamp()))


def talk_url(message: UUID | str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('talk')}?t={tokens.sign('t', str(message))}"


def click_url(message: UUID, number: int) -> str:
    """`number` counts the message's links from 0: see `campaigns.channels.links`."""
    return _absolute("click", tokens.sign("c", str(message), number))


def _absolute(name: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=[token])}"
