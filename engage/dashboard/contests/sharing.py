"""Links that were passed on: whose they are, and what they brought."""

import csv
from collections.abc import Iterator
from io import StringIO
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.contests.links import entry_url
from campaigns.contests.models import Contest, Share
from campaigns.contests.sharing import queries
from campaigns.contests.sharing.links import share_url
from crm.contacts.models import Exported
from engage.dashboard.contests.views import around, contest_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock
from engage.lib.spreadsheets import safe

COLUMNS = ("code", "person", "entry", "shares", "visits", "entries", "votes")


@require_GET
@role("owner", "marketer")
def contest_shares(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The most visited first. A constant number of queries."""
    contest = contest_or_404(uid)
    rows = list(queries.shares(contest)[: queries.MOST])
    return render(request, "contests/shares.html", {**around(contest), "rows": rows, "most": queries.MOST})


@require_POST
@role("owner", "marketer")
def export_shares(request: StaffRequest, uid: UUID) -> HttpResponseBase:
    """All of them as CSV. Who took it stays on record."""
    contest, at = contest_or_404(uid), clock.now()
    record = Exported.objects.create(
        by=str(request.user), at=at, format="csv", columns=list(COLUMNS), narrowed=[contest.survey.title, _("Links")]
    )
    headers = {"Content-Disposition": f'attachment; filename="{contest.survey.key}-links-{at:%Y-%m-%d}.csv"'}
    return StreamingHttpResponse(_lines(contest, record), content_type="text/csv; charset=utf-8", headers=headers)


def _lines(contest: Contest, record: Exported) -> Iterator[str]:
    rows = 0
    yield _line(COLUMNS)
    for rows, one in enumerate(queries.shares(contest).iterator(), 1):  # noqa: B007 the last number is their count
        yield _line(_cells(contest, one))
    Exported.objects.filter(pk=record.pk).update(rows=rows, finished=clock.now())


def _cells(contest: Contest, one: Share) -> tuple[str, ...]:
    person = str(one.contact) if one.contact else ""
    entry = entry_url(contest.survey.key, one.entry) if one.entry else ""
    voted = "" if one.voted is None else str(one.voted)
    return share_url(one), person, entry, str(one.shares), str(one.visits), str(one.entries), voted


def _line(cells: tuple[str, ...]) -> str:
    out = StringIO()
    csv.writer(out).writerow([safe(cell) for cell in cells])
    return out.getvalue()
