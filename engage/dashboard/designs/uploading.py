"""Pages of designs that take a file: a picture, or HTML from elsewhere."""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePath
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from engage.dashboard.shell.toasts import toast
from engage.lib.pictures import LARGEST
from engage.lib.uploads import Bounded

ENVELOPE = 1_000_000
"""Bytes that a form needs beside the file in it: pasted HTML too."""

type View = Callable[..., HttpResponseBase]


def takes_a_file(view: View) -> View:
    """What is too large is refused before a byte of it is read. The token of the form is asked for after that."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _length(request) > LARGEST + ENVELOPE:
            most = {"most": LARGEST // 1024**2}
            toast(request, _("The file is larger than %(most)d MB. Nothing was kept.") % most, wrong=True)
            return redirect(request.get_full_path())
        request.upload_handlers = [Bounded(request, LARGEST)]
        return protected(request, *args, **kwargs)

    return taking


def uploaded(request: HttpRequest) -> tuple[bytes, str] | None:
    """What is in the file that came, and its name without an ending."""
    try:
        file = request.FILES.get("file")
    except SuspiciousFileOperation:
        return None
    if file is None or isinstance(file, list):
        return None
    name = PurePath(file.name or "").stem.replace("\x00", "")[:100]
    return file.read(), name


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
