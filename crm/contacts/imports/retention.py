"""How long an import keeps what people are in: the file until the run, rows not taken for a month."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from crm.contacts.erasing import Erased
from crm.contacts.imports import files
from crm.contacts.imports.encoding import binary, text
from crm.contacts.models import Import, NotTaken

log = logging.getLogger(__name__)

DRAFTS_KEPT = timedelta(days=1)
FAILED_KEPT = timedelta(days=7)
NOT_TAKEN_KEPT = timedelta(days=30)
DRAFTS = [Import.State.DRAFT, Import.State.CHECKED]


def sweep(*, at: datetime) -> None:
    """Drafts nobody went on with, files of imports that stopped, rows not taken, and files of no import at all."""
    _drop([*Import.objects.filter(state__in=DRAFTS, at__lt=at - DRAFTS_KEPT)])
    for job in Import.objects.filter(state=Import.State.FAILED, at__lt=at - FAILED_KEPT).exclude(path=""):
        Import.objects.filter(pk=job.pk).update(path="")
        files.drop(job.path)
    NotTaken.objects.filter(of__at__lt=at - NOT_TAKEN_KEPT).delete()
    needed = {Path(path).name for path in Import.objects.exclude(path="").values_list("path", flat=True)}
    for path in files.folder().glob("*"):
        if path.name not in needed and path.stat().st_mtime < (at - DRAFTS_KEPT).timestamp():
            path.unlink(missing_ok=True)


def drop_drafts(erased: Erased) -> None:
    """An upload that waits and names somebody who is erased goes as a whole: bring it again without them."""
    traces = [trace.strip('"').lower() for trace in erased.traces if "@" in trace]
    waiting = Import.objects.filter(state__in=[*DRAFTS, Import.State.FAILED]).exclude(path="")
    _drop([job for job in waiting if traces and Path(job.path).parent == files.folder() and _names(job, traces)])


def _drop(jobs: list[Import]) -> None:
    for job in jobs:
        if job.state in DRAFTS:
            job.not_taken.all().delete()
            job.delete()
        else:
            Import.objects.filter(pk=job.pk).update(path="")
        transaction.on_commit(lambda path=job.path: files.drop(path))  # type: ignore[misc]


def _names(job: Import, traces: list[str]) -> bool:
    try:
        with binary(Path(job.path)) as (_raw, stream), text(stream, job.encoding) as lines:
            return any(trace in line.lower() for line in lines for trace in traces)
    except (OSError, EOFError, LookupError):
        log.warning("the file of import %s cannot be read", job.pk)
        return True
