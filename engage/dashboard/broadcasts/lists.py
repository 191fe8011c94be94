"""The one-off messages: how each stands, and its sums."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.queries import broadcasts as all_broadcasts
from crm.dialogue.ledger import Sums, sums
from engage.dashboard.broadcasts.words import MARKS
from engage.dashboard.messages.ledger import Accounted
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role

SIZE = 25


@require_GET
@role("owner", "marketer")
@vary_on_headers("HX-Request")
def broadcasts(request: StaffRequest) -> HttpResponse:
    """The latest first. Two queries."""
    before = request.GET.get("before", "")
    found = all_broadcasts()
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    page = list(found[: SIZE + 1])
    rows = page[:SIZE]
    accounts = _sums([row for row in rows if row.began])
    context = {
        "rows": [(row, _accounted(row, accounts), MARKS.get(Broadcast.State(row.state), "")) for row in rows],
        "next": rows[-1].pk if len(page) > SIZE else None,
    }
    return render(request, f"broadcasts/broadcasts.html{'#rows' if request.htmx else ''}", context)


def _accounted(row: Broadcast, accounts: dict[str, Sums]) -> Accounted | None:
    found = accounts.get(row.origin)
    return Accounted(row.name, found) if found else None


def _sums(begun: list[Broadcast]) -> dict[str, Sums]:
    return {one.origin: one for one in sums([row.origin for row in begun])} if begun else {}
