"""Two questions of a survey against each other."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns.surveys import queries
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.results.counting import day_of
from campaigns.surveys.results.crossing import SMALL, cross, crossable
from campaigns.surveys.results.narrowing import LOOKED_AT
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.surveys.narrowing import filters
from engage.dashboard.surveys.tabs import stand
from engage.dashboard.surveys.views import find, kept_from_role, without
from engage.lib import clock


@require_GET
@role("owner", "marketer")
def cross_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """One table: how those who gave each answer of `down` answered `across`."""
    found, at = find(uid), clock.now()
    stand(request, found)
    shown = queries.definition_of(found.current) if found.current else parse(found.draft)
    asked = crossable(without(shown, kept_from_role(str(request.user.role), found)))
    by_id = {one.id: one for one in asked}
    chosen = filters(found, request.GET, day_of(at))
    down = by_id.get(request.GET.get("down", ""), asked[0] if asked else None)
    others = [one for one in asked if one is not down]
    across = by_id.get(request.GET.get("across", ""))
    if across is None or across is down:
        across = others[0] if others else None
    crossed = cross(found, down, across, chosen.narrowed, at=at, other=_("Something else")) if down and across else None
    context = {
        "survey": found,
        "questions": asked,
        "down": down,
        "across": across,
        "crossed": crossed,
        "filters": chosen,
        "small": SMALL,
        "most": LOOKED_AT,
    }
    return render(request, "surveys/cross.html", context)
