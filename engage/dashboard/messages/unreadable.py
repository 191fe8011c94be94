"""What came in and could not be read: with its reason, and a button to try again."""

import json
from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.events.actions import retry
from crm.events.models import DeadLetter
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.cursor import page_by_time

LONGEST_SHOWN = 20_000


@require_GET
@role("owner", "marketer")
def unreadable(request: StaffRequest) -> HttpResponse:
    letters = DeadLetter.objects.filter(retried=None)
    page = page_by_time(letters, request.GET.get("cursor", ""), field="died", size=25)
    rows = [(letter, _readable(letter.body)) for letter in page.rows]
    return render(request, "messages/unreadable.html", {"rows": rows, "next": page.next})


@require_POST
@role("owner", "marketer")
def retry_unreadable(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Put it into the inbox again. Where it fails for the same reason, it comes back here."""
    if retry(get_object_or_404(DeadLetter, uid=uid), at=clock.now()):
        toast(request, _("Trying again. If it still cannot be read, it comes back here."))
    else:
        toast(request, _("Somebody tried it again already."))
    return redirect("unreadable")


def _readable(body: str) -> str:
    """Indented where it is JSON; cut where it is long."""
    with suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return body if len(body) <= LONGEST_SHOWN else f"{body[:LONGEST_SHOWN]} …"
