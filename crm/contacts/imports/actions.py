"""An import on its way: brought, described, checked, begun, given up."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm.contacts.imports import columns, files
from crm.contacts.imports.files import Kept
from crm.contacts.imports.tables import open_table
from crm.contacts.jobs.hand import LEASE
from crm.contacts.models import Import
from engage.lib import wake

State = Import.State


class NotNow(ValueError):
    """The import is in a state in which this cannot be done."""


def begin(
    file: Kept,
    *,
    uid: UUID,
    name: str,
    by: str,
    at: datetime,
    encoding: str = "",
    said: Mapping[str, str] | None = None,
) -> Import:
    """A draft with what was found out about the file. Raises NotATable, OSError and LookupError."""
    with open_table(file.path, encoding=encoding) as table:
        meanings = columns.recognise(table.header, said)
        shape = columns.shape_of(table.header)
        return Import.objects.create(
            uid=uid,
            name=name[:200],
            path=str(file.path),
            digest=file.digest,
            size=file.size,
            encoding=table.encoding,
            shape=table.shape or (shape.name if shape else ""),
            header=table.header,
            columns=meanings,
            by=by,
            at=at,
        )


def unfinished(file: Kept, *, permission: Mapping[str, Any]) -> Import | None:
    """An import of the same file from the same place, with the same permission, that began and did not end."""
    states = [State.RUNNING, State.FAILED]
    same = Import.objects.filter(path=str(file.path), digest=file.digest, permission=permission, state__in=states)
    return same.order_by("-id").first()


def take(job: Import, *, at: datetime) -> None:
    """Into the caller's own hand, to be carried out at once. Raises NotNow while another has it."""
    lease = uuid.uuid4()
    if job.state == State.RUNNING:
        free = Import.objects.filter(pk=job.pk, state=State.RUNNING).exclude(leased_until__gte=at)
        if not free.update(lease=lease, leased_until=at + LEASE):
            raise NotNow(_("It is being brought in already."))
        job.refresh_from_db()
    else:
        start(job, at=at, lease=lease, until=at + LEASE)


def say_columns(job: Import, meanings: Sequence[str], keys: Mapping[str, Any]) -> None:
    """What each column is. Raises NotATable if that names nobody, NotNow."""
    columns.lay_out(job.header, meanings)
    _change(job, {State.DRAFT, State.CHECKED, State.FAILED}, columns=list(meanings), keys=dict(keys), state=State.DRAFT)


def say_encoding(job: Import, encoding: str) -> None:
    """Its letters read anew, and its columns recognised anew. Raises NotATable, NotNow and OSError."""
    with open_table(Path(job.path), encoding=encoding) as table:
        meanings = columns.recognise(table.header)
        _change(
            job, {State.DRAFT, State.CHECKED}, state=State.DRAFT, encoding=table.encoding, header=table.header,
            columns=meanings, keys={},
        )  # fmt: skip


def say_permission(job: Import, permission: Mapping[str, Any]) -> None:
    """`{"given": False}`, or with `topics` (ids), `words`, `where` and `at`. Raises NotNow."""
    _change(job, {State.DRAFT, State.CHECKED, State.FAILED}, permission=dict(permission), state=State.DRAFT)


def check(job: Import, *, at: datetime) -> None:
    """Find out what would happen, in the background. Raises NotNow."""
    if not job.permission:
        raise NotNow(_("Say first who gave permission."))
    with transaction.atomic():
        _change(
            job, {State.DRAFT, State.CHECKED}, state=State.CHECKING, began=at, cursor=0, fraction=0, counts={},
            reasons={}, problem="",
        )  # fmt: skip
        job.not_taken.all().delete()
        wake_workers()


def start(job: Import, *, at: datetime, lease: UUID | None = None, until: datetime | None = None) -> None:
    """Bring the people in, in the background, or in the hand of `lease`. Goes on where it failed. Raises NotNow."""
    with transaction.atomic():
        if job.state == State.FAILED and job.cursor:
            _change(job, {State.FAILED}, state=State.RUNNING, problem="", lease=lease, leased_until=until)
        else:
            _change(
                job, {State.CHECKED, State.DRAFT, State.FAILED}, state=State.RUNNING, began=at, cursor=0, fraction=0,
                expected=job.counts, counts={}, reasons={}, problem="", lease=lease, leased_until=until,
            )  # fmt: skip
            job.not_taken.all().delete()
        wake_workers()


def undo(job: Import, *, by: str, at: datetime) -> None:
    """Take back what it wrote, in the background. Raises NotNow."""
    with transaction.atomic():
        _change(
            job, {State.DONE, State.FAILED}, state=State.UNDOING, began=at, cursor=0, fraction=0, expected=job.counts,
            counts={}, reasons={}, undone=at, undone_by=by, problem="",
        )  # fmt: skip
        wake_workers()


def drop(job: Import) -> None:
    """Give up a draft: it goes with its file. Raises NotNow."""
    with transaction.atomic():
        if not Import.objects.filter(pk=job.pk, state__in=[State.DRAFT, State.CHECKED], cursor__gte=0).exists():
            raise NotNow(_("It has begun already."))
        path = job.path
        job.not_taken.all().delete()
        job.delete()
        transaction.on_commit(lambda: files.drop(path))


def wake_workers() -> None:
    transaction.on_commit(lambda: wake.wake("imports"))


def _change(job: Import, states: set[State], **fields: Any) -> None:
    """One compare-and-set on the state. Raises NotNow."""
    if not Import.objects.filter(pk=job.pk, state__in=states).update(**fields):
        raise NotNow(_("It has begun already."))
    for name, value in fields.items():
        setattr(job, name, value)
