"""Writing a journey: from a recipe's few fields, or as JSON."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.journeys import actions
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition
from campaigns.journeys.recipes import RECIPES, Recipe
from campaigns.surveys.models import Survey
from campaigns.surveys.queries import OneTap, one_taps
from engage.dashboard.journeys.forms import DefinitionForm, RecipeForm
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
def recipe(request: StaffRequest, slug: str) -> HttpResponse:
    """A new journey from a recipe."""
    if slug not in RECIPES:
        raise Http404
    return _recipe(request, RECIPES[slug], None)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The recipe's form of a journey again; any other is edited as a flow."""
    found = journey_or_404(uid)
    if found.recipe not in RECIPES:
        return redirect("journey_flow", uid)
    return _recipe(request, RECIPES[found.recipe], found)


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


def _recipe(request: StaffRequest, recipe: Recipe, journey: Journey | None) -> HttpResponse:
    questions = _questions()
    question = _chosen(request, questions, journey)
    if question is None:
        return render(request, "journeys/recipe_needs.html", {"recipe": recipe})
    kept = journey.fields if journey and journey.fields.get("survey") == question.survey else {}
    form = RecipeForm(recipe, question, request.POST or None, initial=kept)
    if form.is_valid() and (saved := _save_recipe(request, form, journey)):
        return _go_on(request, saved)
    context = {
        "recipe": recipe,
        "form": form,
        "journey": journey,
        "questions": questions,
        "question": question,
        "audience": f"journey={journey.uid}" if journey and len(recipe.starts) == 1 else f"recipe={recipe.slug}",
    }
    return render(request, "journeys/recipe.html", context, status=400 if form.is_bound else 200)


def _save_recipe(request: StaffRequest, form: RecipeForm, journey: Journey | None) -> Journey | None:
    """The journey with its new draft; None if the form has something to say about it."""
    draft, kept, name = form.definition(), form.kept(), form.cleaned_data["name"]
    try:
        actions.check(draft)
    except InvalidDefinition as error:
        for problem in error.problems:
            form.refuse(problem.path, problem.message)
        return None
    by, at = str(request.user), clock.now()
    if journey is None:
        return actions.create_journey(name=name, draft=draft, recipe=form.recipe.slug, fields=kept, by=by, at=at)
    edit_draft(journey, draft=draft, recipe=form.recipe.slug, fields=kept, name=name, by=by, at=at)
    return journey


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
            return _go_on(request, _save_definition(request, journey, draft, name))
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


def _go_on(request: StaffRequest, journey: Journey) -> HttpResponse:
    """Where the pressed button leads: try it, switch it on, or look at it."""
    target = {"try": "try_journey", "publish": "publish_journey"}.get(request.POST.get("go", ""), "journey")
    if target == "journey":
        toast(request, _("Saved as a draft. Nobody is on it until you switch it on."))
    return redirect(target, journey.uid)


def _questions() -> list[OneTap]:
    """The questions that a message can ask and that are remembered. Two queries."""
    keys = Survey.objects.filter(state=Survey.State.PUBLISHED).order_by("pk").values_list("key", flat=True)
    return [tap for tap in one_taps(list(keys)).values() if tap.preference]


def _chosen(request: StaffRequest, questions: list[OneTap], journey: Journey | None) -> OneTap | None:
    """The one that the page was asked for, else the journey's own, else the first."""
    by_key = {question.survey: question for question in questions}
    wanted = request.GET.get("question", "") or (journey.fields.get("survey", "") if journey else "")
    return by_key.get(wanted) or next(iter(questions), None)
