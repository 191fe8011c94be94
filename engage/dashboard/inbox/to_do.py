"""The inbox's last tab: what colleagues are to do for people, the most pressing first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from crm.dialogue import lists, queries
from crm.dialogue.lists import TASKS, Narrowing
from engage.dashboard.inbox.lists import tabs
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

MOST = 200


@require_GET
@role()
@vary_on_headers("HX-Request")
def tasks(request: StaffRequest) -> HttpResponse:
    """MOST tasks at most; `?mine=1` those in the reader's own hands. Two queries."""
    mine = request.GET.get("mine") == "1"
    assignee = request.user.pk if mine else None
    narrowing = Narrowing(reader=request.user.pk, mine=mine)
    to_do = queries.tasks_to_do(assignee=assignee)
    context = {
        "tasks": to_do[:MOST],
        "tabs": tabs(lists.counts(narrowing), TASKS, {"mine": "1"} if mine else {}),
        "mine": mine,
        "now": clock.now(),
    }
    return render(request, f"inbox/tasks.html{'#list' if request.htmx else ''}", context)
