"""A journey as JSON: seen, taken away as a file, and brought in again as one change that can be undone."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.journeys import actions
from campaigns.journeys.drafts import edit_draft, mark
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition
from engage.dashboard.journeys.forms import DefinitionForm
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock
from engage.lib.former import Overtaken

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
    """The draft as JSON: to look at, copy, change, or replace by a file."""
    return _definition(request, journey_or_404(uid))


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_definition(request: StaffRequest) -> HttpResponse:
    """A new journey as JSON."""
    return _definition(request, None)


@require_GET
@role("owner", "marketer")
def definition_file(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The draft as a file, as the API takes it too."""
    found = journey_or_404(uid)
    name = slugify(found.name, allow_unicode=True) or "journey"
    answer = HttpResponse(_written(found.draft), content_type="application/json")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.json") or "attachment"
    return answer


def _definition(request: StaffRequest, journey: Journey | None) -> HttpResponse:
    initial = {
        "name": journey.name if journey else _("A journey"),
        "definition": _written(journey.draft if journey else EXAMPLE),
    }
    form = DefinitionForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"journey": journey, "form": form, "seen": mark(journey.draft) if journey else ""}
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            actions.check(form.cleaned_data["definition"])
            saved = _saved(request, journey, form)
            return go_on(request, saved, otherwise="journey_flow")
        except InvalidDefinition as error:
            context["problems"] = error.problems
        except Overtaken:
            context["overtaken"], status = True, 409
    return render(request, "journeys/definition.html", context, status=status)


def _saved(request: StaffRequest, journey: Journey | None, form: DefinitionForm) -> Journey:
    """What was edited by hand is no recipe any more, unless nothing changed. Raises Overtaken."""
    draft, name = form.cleaned_data["definition"], form.cleaned_data["name"]
    by, at = str(request.user), clock.now()
    if journey is None:
        return actions.create_journey(name=name, draft=draft, by=by, at=at)
    recipe, fields = (journey.recipe, journey.fields) if journey.draft == draft else ("", {})
    seen = request.POST.get("seen", "")
    edit_draft(journey, draft=draft, recipe=recipe, fields=fields, name=name, seen=seen, by=by, at=at)
    return journey


def go_on(request: StaffRequest, journey: Journey, *, otherwise: str = "journey") -> HttpResponse:
    """Where the pressed button leads: try it, switch it on, or the page to look at it."""
    target = {"try": "try_journey", "publish": "publish_journey"}.get(request.POST.get("go", ""), otherwise)
    if target == otherwise:
        toast(request, _("Saved as a draft. Nobody is on it until you switch it on."))
    return redirect(target, journey.uid)


def _written(draft: Any) -> str:
    return json.dumps(draft, ensure_ascii=False, indent=2)
