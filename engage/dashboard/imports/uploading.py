"""The upload of a file of people, streamed to the disk and bounded before it is."""

from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from crm.contacts.imports import actions, files
from crm.contacts.imports.encoding import NotATable
from crm.contacts.models import Import
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock, ids

PAST = 50
ENVELOPE = 100_000
"""Bytes that a form needs beside the file in it."""


class Nameless(FileUploadHandler):
    """To the disk, chunk by chunk, into a file without a name: whatever becomes of us, nothing of it lies around."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = TemporaryFile(dir=files.folder())  # noqa: SIM115 closed with the request, or where it breaks off

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        return UploadedFile(self.file, self.file_name, self.content_type, file_size)


@csrf_exempt  # `_taken` asks for the token: it stands in the form, which must not be read before its size is known
@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def import_people(request: StaffRequest) -> HttpResponse:
    """The upload, and the imports so far. What is too large is answered with 413 before a byte of it is read."""
    if _length(request) > files.LARGEST + ENVELOPE:
        return _page(request, _too_large(), status=413)
    files.folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    request.upload_handlers = [Nameless(request)]
    return _taken(request)


@csrf_protect
def _taken(request: StaffRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request)
    job, problem, status = _upload(request)
    return redirect("import_columns", job.uid) if job else _page(request, problem, status=status)


def _page(request: StaffRequest, problem: str = "", *, status: int = 200) -> HttpResponse:
    context = {
        "past": Import.objects.order_by("-id")[:PAST],
        "problem": problem,
        "largest": files.LARGEST,
        "too_large": _too_large(),
    }
    return render(request, "imports/imports.html", context, status=status)


def _length(request: StaffRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _too_large() -> str:
    most = files.LARGEST // 1024**2
    return _("The file is larger than %(most)d MB. Nothing was kept. Bring it in parts.") % {"most": most}


def _upload(request: StaffRequest) -> tuple[Import | None, str, int]:
    """The draft, or what is wrong with the file, which is deleted then, and the status that says so."""
    try:
        file = request.FILES.get("file")
    except SuspiciousFileOperation:
        file = None
    if file is None:
        return None, _("Choose a file first."), 400
    uid = ids.uuid7()
    name = PurePath(file.name or "").name.replace("\x00", "") or _("a file without a name")
    try:
        kept = files.keep(file.chunks(), uid)
    except files.TooLarge:
        return None, _too_large(), 413
    except OSError:
        return None, _("The file could not be kept: the disk may be full. Nothing was brought in."), 400
    try:
        return actions.begin(kept, uid=uid, name=name, by=str(request.user), at=clock.now()), "", 200
    except NotATable as why:
        problem = str(why)
    except (OSError, LookupError):
        problem = _("The file cannot be read: it is damaged. Nothing was kept.")
    files.drop(str(kept.path))
    return None, problem, 400
