"""Recipes: the list of them, and each as a form that makes a draft."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.journeys import actions
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import Journey
from campaigns.journeys.parse import InvalidDefinition
from campaigns.journeys.recipes import GROUPS, LANGUAGES, RECIPES, Asks, Filling, Recipe, spoken
from campaigns.journeys.recipes.needs import Need, present
from campaigns.journeys.recipes.recipe import NO_QUESTION, Text
from campaigns.surveys.asked.questions import Type
from campaigns.surveys.models import Survey
from campaigns.surveys.queries import OneTap, one_taps
from crm.business.models import Business
from crm.business.queries import business
from crm.preferences.examples import pickable
from crm.preferences.models import PreferenceKey
from crm.preferences.queries import keys_for
from crm.segments import estimating, queries
from engage.dashboard.journeys.drafting import go_on
from engage.dashboard.journeys.flow.kinds import ICONS, NAMES
from engage.dashboard.journeys.needing import Needed, needed
from engage.dashboard.journeys.one import journey_or_404
from engage.dashboard.journeys.recipe_form import RecipeForm
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

POLITE = (Business.AddressForm.USTED, Business.AddressForm.NI)
SAYABLE = (PreferenceKey.Type.TEXT, PreferenceKey.Type.CHOICE, PreferenceKey.Type.LIST)
"""What reads well in the middle of a sentence, of all that is remembered."""


@dataclass(frozen=True)
class Card:
    recipe: Recipe
    needs: list[Needed]
    steps: list[tuple[str, Text]]
    """An icon and a word for each, on the way that most people take."""


@dataclass(frozen=True)
class Option:
    """`change` is what it changes of the page's address."""

    words: str
    current: bool
    change: dict[str, str]


@dataclass(frozen=True)
class Choice:
    """What can be chosen by links, each of which puts the finished text back."""

    label: str
    options: list[Option]


@require_GET
@role("owner", "marketer")
def recipes(request: StaffRequest) -> HttpResponse:
    """All of them by what they are for. Six queries."""
    role_ = str(request.user.role)
    here = _here(_questions(), _dates(role_))
    cards = [Card(recipe, needed(recipe, here, role_), _steps(recipe)) for recipe in RECIPES.values()]
    groups = [(label, [card for card in cards if card.recipe.group == group]) for group, label in GROUPS.items()]
    return render(request, "journeys/recipes.html", {"groups": groups})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def recipe(request: StaffRequest, slug: str) -> HttpResponse:
    """A new journey from a recipe."""
    return _recipe(request, _recipe_or_404(slug), None)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The recipe's form of a journey again; any other is edited as a flow."""
    found = journey_or_404(uid)
    if found.recipe not in RECIPES:
        return redirect("journey_flow", uid)
    return _recipe(request, RECIPES[found.recipe], found)


@require_GET
@role("owner", "marketer")
def recipe_people(request: StaffRequest, slug: str) -> HttpResponse:
    """For htmx: how many people it would have met in the last year, begun as `?start=` says. Three queries."""
    rule, at = _recipe_or_404(slug).concerned(request.GET.get("start", "")), clock.now()
    about = estimating.estimate(rule, at=at)
    number = about.number if about else queries.count(rule, at=at)
    template = ngettext("{n} person in the last year.", "{n} people in the last year.", number)
    said = template.format(n=number)
    return HttpResponse(_("About {number}").format(number=said) if about else said)


def _recipe(request: StaffRequest, recipe: Recipe, journey: Journey | None) -> HttpResponse:
    questions, dates = _questions(), _dates(str(request.user.role))
    needs = needed(recipe, _here(questions, dates), str(request.user.role))
    kept = journey.fields if journey else {}
    question = _chosen_question(recipe, questions[recipe.asks], request, kept) if recipe.asks else NO_QUESTION
    days = dates if recipe.dated else {}
    if question is None or (recipe.dated and not days):
        return render(request, "journeys/recipe_needs.html", {"recipe": recipe, "needs": needs})
    filling = _filling(request, question, days, kept)
    form = RecipeForm(recipe, question, filling, request.POST or None, initial=_initial(kept, question, filling))
    if form.is_valid() and (saved := _save(request, form, journey)):
        return go_on(request, saved, otherwise="journey_flow")
    context = {
        "recipe": recipe,
        "form": form,
        "journey": journey,
        "needs": needs,
        "choices": _choices(questions[recipe.asks] if recipe.asks else [], question, days, filling),
        "audience": f"journey={journey.uid}" if journey and len(recipe.starts) == 1 else f"recipe={recipe.slug}",
    }
    return render(request, "journeys/recipe.html", context, status=400 if form.is_bound else 200)


def _save(request: StaffRequest, form: RecipeForm, journey: Journey | None) -> Journey | None:
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


def _recipe_or_404(slug: str) -> Recipe:
    if slug not in RECIPES:
        raise Http404
    return RECIPES[slug]


def _here(questions: dict[Asks, list[OneTap]], dates: dict[str, str]) -> set[Need]:
    offered = {Need.QUESTION: questions[Asks.REMEMBERED], Need.STARS: questions[Asks.STARS], Need.DATE: dates}
    return present(at=clock.now()) | {need for need, found in offered.items() if found}


def _dates(role: str) -> dict[str, str]:
    """The dates that we remember and such a colleague may see: label by key. One query."""
    found = keys_for(role).filter(type=PreferenceKey.Type.DATE)
    return dict(found.values_list("key", "label"))


def _questions() -> dict[Asks, list[OneTap]]:
    """What a message can ask: with stars, or remembered. Two queries."""
    keys = Survey.objects.filter(state=Survey.State.PUBLISHED).order_by("pk").values_list("key", flat=True)
    taps = one_taps(list(keys)).values()
    return {
        Asks.STARS: [tap for tap in taps if tap.type is Type.STARS],
        Asks.REMEMBERED: [tap for tap in taps if tap.preference and tap.type is not Type.STARS],
    }


def _chosen_question(
    recipe: Recipe, questions: list[OneTap], request: StaffRequest, kept: dict[str, str]
) -> OneTap | None:
    """The one that the page was asked for, else the journey's own, else the first."""
    by_key = {question.survey: question for question in questions}
    wanted = request.GET.get("question", "") or kept.get("survey", "")
    return by_key.get(wanted) or next(iter(questions), None)


def _filling(request: StaffRequest, question: OneTap, days: dict[str, str], kept: dict[str, str]) -> Filling:
    """Two queries."""
    shop = business()
    language = request.GET.get("language", "") or kept.get("language", "") or shop.language
    date = request.GET.get("date", "") or kept.get("date", "")
    picked = pickable(str(request.user.role), at=clock.now()).found
    sayable = (one.key.key for one in picked if one.key.type in SAYABLE and one.key.key != question.preference)
    return Filling(
        language=spoken(language),
        polite=shop.address_form in POLITE,
        question=question.survey,
        answer=question.preference,
        memory=next(sayable, ""),
        date=date if date in days else next(iter(days), ""),
    )


def _initial(kept: dict[str, str], question: OneTap, filling: Filling) -> dict[str, str]:
    """What the journey's form was filled in with, without its texts if they have to be put back."""
    chosen = {"survey": question.survey, "language": filling.language, "date": filling.date}
    if chosen.items() <= kept.items():
        return kept
    return {name: value for name, value in kept.items() if not name.endswith(("subject", "text"))}


def _choices(questions: list[OneTap], question: OneTap, days: dict[str, str], filling: Filling) -> list[Choice]:
    names = dict(settings.LANGUAGES)
    found = [
        _choice("question", _("Question"), {one.survey: one.text for one in questions}, question.survey),
        _choice("date", _("Date"), days, filling.date),
        _choice(
            "language", _("Language of the text"), {code: str(names[code]) for code in LANGUAGES}, filling.language
        ),
    ]
    return [choice for choice in found if len(choice.options) > 1]


def _choice(name: str, label: str, options: dict[str, str], chosen: str) -> Choice:
    return Choice(label, [Option(words, value == chosen, {name: value}) for value, words in options.items()])


def _steps(recipe: Recipe) -> list[tuple[str, Text]]:
    """The recipe drawn as it is offered: from its beginning to an end, the last way of each step."""
    return [(ICONS[kind], NAMES[kind]) for kind in recipe.main_way()]
