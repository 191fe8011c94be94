"""Answers taken away as a file, narrowed as the page is. Who took it stays on record."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_POST

from campaigns.surveys import queries
from campaigns.surveys.models import Response
from campaigns.surveys.results.counting import day_of
from campaigns.surveys.results.exporting import columns, csv_lines, json_lines, slices
from crm.contacts.models import Exported
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.surveys.narrowing import filters
from engage.dashboard.surveys.views import find, kept_from_role
from engage.lib import clock

SUFFIXES = {"csv": "csv", "json": "jsonl"}
FORMATS = {"csv": ("text/csv; charset=utf-8", csv_lines), "json": ("application/jsonl", json_lines)}


@require_POST
@role("owner", "marketer")
def export_survey(request: StaffRequest, uid: UUID) -> HttpResponseBase:
    """Streams the file, in constant memory and without a transaction around it."""
    found, at = find(uid), clock.now()
    format = request.POST.get("format", "")
    if format not in FORMATS:
        return HttpResponse(status=400)
    kind, lines = FORMATS[format]
    hidden = kept_from_role(str(request.user.role), found)
    asked = [one for one in columns(queries.history(found).questions.values()) if one.id not in hidden]
    chosen = filters(found, request.POST, day_of(at))
    record = Exported.objects.create(
        by=str(request.user),
        at=at,
        format=format,
        columns=[one.id for one in asked],
        narrowed=[found.title, *([chosen.query.removeprefix("?")] if chosen.query else [])],
        searched=False,
    )
    body = lines(asked, _counted(record, slices(found, chosen.narrowed, at=at)))
    name = f"{found.key}-{at:%Y-%m-%d}.{SUFFIXES[format]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(body, content_type=kind, headers=headers)


def _counted(record: Exported, parts: Iterator[list[Response]]) -> Iterator[list[Response]]:
    """The same, and how far it came is written down even if it is broken off."""
    rows, finished = 0, None
    try:
        for part in parts:
            yield part
            rows += len(part)
        finished = clock.now()
    finally:
        Exported.objects.filter(pk=record.pk).update(rows=rows, finished=finished)
