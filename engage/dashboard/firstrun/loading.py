"""The demo shop, brought into an empty house while a page waits for it."""

from io import StringIO

from django.core.cache import cache
from django.core.management import call_command

_KEY = "firstrun.loading_demo"
_AT_MOST = 900
"""Seconds: after so long a worker that was killed at it is not waited for any more."""


def claim() -> bool:
    """True for whoever asks first: theirs it is to start `load`."""
    return cache.add(_KEY, True, _AT_MOST)


def is_loading() -> bool:
    return _KEY in cache


def load() -> None:
    """Seed the shop. What the command prints, logins among it, goes nowhere: a worker's output is a log."""
    try:
        call_command("seed", "shop", stdout=StringIO())
    finally:
        cache.delete(_KEY)
