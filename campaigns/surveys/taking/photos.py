"""Photos that people send: known by their content, made anew, and shown to staff only."""

from uuid import UUID

from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest
from django.utils.translation import gettext as _

from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.asked.kinds.special import SIZE, Photo
from campaigns.surveys.asked.questions import Question
from campaigns.surveys.taking.answers import PREFIX, missing
from engage.lib import ids
from engage.lib.pictures import LARGEST, thumbnail
from engage.lib.uploads import Bounded

ENVELOPE = 200_000
"""Bytes that a form needs beside its photos."""


def is_too_large(request: HttpRequest) -> bool:
    """As the request says itself, before a byte of it is read."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + ENVELOPE
    except ValueError:
        return True


def let_in(request: HttpRequest) -> None:
    """Take files, which pages do not; before anything of the form is read."""
    request.upload_handlers = [Bounded(request, LARGEST)]


def came(request: HttpRequest, question: Question) -> bool:
    return _file(request, question) is not None


def read(request: HttpRequest, question: Question, *, needed: bool) -> Answer | str | None:
    """The photo, or what is wrong; None where there is none and none is `needed`."""
    file = _file(request, question)
    if file is None:
        return missing() if needed else None
    made = thumbnail(file, SIZE)
    return Photo().answer(UUID(str(ids.uuid7())), made) if made else _("This is no photo that we can read.")


def _file(request: HttpRequest, question: Question) -> bytes | None:
    try:
        file = request.FILES.get(PREFIX + question.id)
    except SuspiciousFileOperation:
        return None
    if file is None or isinstance(file, list):
        return None
    file.seek(0)
    return file.read() or None
