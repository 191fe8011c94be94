"""Writing a journey as JSON."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.journeys import actions
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition
from engage.dashboard.journeys.forms import DefinitionForm
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

EXAMPLE: dict[str, Any] = {
    "trigger": {"event": "Order Completed"},
    "entry": {"again": "never"},
    "start": "thank",
    "steps": {
        "thank": {
            "kind": "send",
            "design": {"subject": "Thank you", "body": "Hello {{ contact.first_name }},\n\nthank you for your order."},
            "class": "transactional",
            "next": "end",
        },
        "end": {"kind": "end", "reason": "Thanked"},
    },
}
"""What a new definition begins with."""


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def definition(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The draft as JSON: to look at, copy and change."""
    return _definition(request, journey_or_404(uid))


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_definition(request: StaffRequest) -> HttpResponse:
    """A new journey as JSON."""
    return _definition(request, None)


def _definition(request: StaffRequest, journey: Journey | None) -> HttpResponse:
    initial = {
        "name": journey.name if journey else _("A journey"),
        "definition": json.dumps(journey.draft if journey else EXAMPLE, ensure_ascii=False, indent=2),
    }
    form = DefinitionForm(request.POST or None, initial=initial)
    problems: tuple = ()
    if form.is_valid():
        draft, name = form.cleaned_data["definition"], form.cleaned_data["name"]
        try:
            actions.check(draft)
            return go_on(request, _save_definition(request, journey, draft, name))
        except InvalidDefinition as error:
            problems = error.problems
    context = {"journey": journey, "form": form, "problems": problems}
    return render(request, "journeys/definition.html", context, status=400 if form.is_bound else 200)


def _save_definition(request: StaffRequest, journey: Journey | None, draft: dict, name: str) -> Journey:
    """What was edited by hand is no recipe any more, unless nothing changed."""
    if journey is None:
        return actions.create_journey(name=name, draft=draft, by=str(request.user), at=clock.now())
    same = journey.draft == draft
    recipe, fields = (journey.recipe, journey.fields) if same else ("", {})
    by, at = str(request.user), clock.now()
    edit_draft(journey, draft=draft, recipe=recipe, fields=fields, name=name, by=by, at=at)
    return journey


def go_on(request: StaffRequest, journey: Journey, *, otherwise: str = "journey") -> HttpResponse:
    """Where the pressed button leads: try it, switch it on, or the page to look at it."""
    target = {"try": "try_journey", "publish": "publish_journey"}.get(request.POST.get("go", ""), otherwise)
    if target == otherwise:
        toast(request, _("Saved as a draft. Nobody is on it until you switch it on."))
    return redirect(target, journey.uid)
