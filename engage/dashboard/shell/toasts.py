"""A line at the foot of the page that says what was done, with a way back."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

_UNDO = "undo:"


def toast(request: HttpRequest, text: str | Promise, *, undo: str = "", wrong: bool = False) -> None:
    """Show `text` on the next page. `undo` is a url that takes it back by POST; `wrong` marks a failure."""
    level = messages.ERROR if wrong else messages.INFO
    messages.add_message(request, level, str(text), extra_tags=_UNDO + undo if undo else "")


def undo_url(tags: str) -> str:
    """The url that `toast` was given, from a message's extra tags."""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""
