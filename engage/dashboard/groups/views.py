"""Groups of people: which rule makes each, and how many match it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from crm import rules
from crm.segments import queries
from crm.segments.models import Segment
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.templatetags.paper import people as people_text
from engage.lib import clock


@require_GET
@role()
def groups(request: StaffRequest) -> HttpResponse:
    """All groups by name with their rules in words. One query; each number comes by itself when the page is there."""
    rows = [(group, rules.describe(rules.parse(group.rule))) for group in queries.segments()]
    return render(request, "groups/groups.html", {"rows": rows})


@require_GET
@role()
def count_group(request: StaffRequest, uid: UUID) -> HttpResponse:
    """For htmx: how many people match now. Two queries."""
    group = get_object_or_404(Segment, uid=uid)
    number = queries.count(rules.parse(group.rule), at=clock.now())
    return HttpResponse(format_html("{}", people_text(number)))
