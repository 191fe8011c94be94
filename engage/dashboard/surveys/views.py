"""Questions worth asking: the list, what one can begin with, and one survey with what people answered."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from campaigns.surveys import actions, queries, telling
from campaigns.surveys.asked.definition import BadDefinition, Definition
from campaigns.surveys.asked.kinds.kind import bar
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import ONE_TAP, Type
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.links import page_url, preview_path
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.results import results
from campaigns.surveys.results.counting import day_of
from campaigns.surveys.results.crossing import crossable
from campaigns.surveys.results.frequent import frequent
from campaigns.surveys.results.measuring import ENOUGH
from campaigns.surveys.results.narrowing import LOOKED_AT
from campaigns.surveys.results.reading import tags
from campaigns.surveys.results.stopping import stops
from crm.preferences.queries import hidden_from
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.drawing import days_drawn, words_drawn
from engage.dashboard.surveys.leaving import tickable
from engage.dashboard.surveys.limits_form import summary
from engage.dashboard.surveys.narrowing import filters
from engage.dashboard.surveys.poll_questions import to_its_poll
from engage.dashboard.surveys.starts import STARTS, begin
from engage.dashboard.surveys.tabs import stand
from engage.dashboard.surveys.texts import lacking_words
from engage.dashboard.surveys.words import state_of
from engage.lib import clock

PAGE = 5


@require_GET
@role("owner", "marketer")
def surveys(request: StaffRequest) -> HttpResponse:
    """All of them with their answers. Two queries."""
    found = list(queries.listed().filter(poll=None, contest=None))
    answered = results.answered([survey.pk for survey in found])
    at = clock.now()
    rows = [(survey, state_of(survey, at), answered.get(survey.pk, 0)) for survey in found]
    return render(request, "surveys/surveys.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_survey(request: StaffRequest) -> HttpResponse:
    """Choose what to begin with; the draft is then written in its form."""
    start = request.POST.get("start", "")
    if start in {choice.key for choice in STARTS}:
        definition = parse(begin(start))
        made = actions.create(definition=definition, by=str(request.user), at=clock.now())
        return redirect("edit_survey", made.uid)
    return render(request, "surveys/new_survey.html", {"starts": STARTS}, status=400 if request.POST else 200)


@require_GET
@role("owner", "marketer")
@vary_on_headers("HX-Request")
def survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What people answered, where the survey stands, and how to ask it. For htmx the answers only."""
    found, at = (
        get_object_or_404(Survey.objects.select_related("current").annotate(taken=queries.TAKEN), uid=uid),
        clock.now(),
    )
    stand(request, found)
    draft = parse(found.draft)
    shown = queries.definition_of(found.current) if found.current else draft
    kept_from = kept_from_role(str(request.user.role), found)
    chosen = filters(found, request.GET, day_of(at))
    came = results.results(found, without(shown, kept_from), chosen.narrowed, at=at)
    answers = queries.responses(found, chosen.narrowed, at=at, cursor=request.GET.get("cursor", ""), size=PAGE)
    context = {
        "survey": found,
        "state": state_of(found, at),
        "limits": summary(parse_limits(found.limits)),
        "filters": chosen,
        "results": came,
        "enough": ENOUGH,
        "most": LOOKED_AT,
        "days": days_drawn(came),
        "frequent": words_drawn(frequent(found, without(shown, kept_from), chosen.narrowed, at=at)),
        "took": timedelta(seconds=came.took) if came.took else None,
        "reached": [bar(one.question.text, one.answered, came.answered) for one in came.questions],
        "stops": stops(found, shown, sent=came.lately) if not chosen.narrowed else [],
        "crossable": len(crossable(without(shown, kept_from))) > 1,
        "suspect": queries.apart(found).get(Response.State.SUSPECT, 0),
        "reworded": queries.reworded(found),
        "responses": [(response, given_to(response, shown, kept_from)) for response in answers.rows],
        "next": answers.next,
        "tags": tags(found),
        "hooks": telling.told(found) if found.webhook else {},
        "changed": draft != shown,
        "one_tap": next((question for question in shown.questions if question.type in ONE_TAP), None),
        "tag": f"{{% question {found.key} %}}",
        "tickable": tickable(found, shown) if found.current else [],
        "asked": queries.asked(found) if shown.permission else None,
        "asks_more": any(question.type is not Type.PERMISSION for question in shown.questions),
        "page_url": page_url(found.key),
        "preview": preview_path(found, at),
    }
    return render(request, f"surveys/survey.html{'#answers' if request.htmx else ''}", context)


@require_POST
@role("owner", "marketer")
def publish_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Open it, with the questions as they were last saved."""
    found = find(uid)
    if poll := to_its_poll(request, found):
        return poll
    try:
        actions.publish(survey=found, by=str(request.user), at=clock.now())
    except BadDefinition:
        toast(request, _("Not published: something is missing, see the form."), wrong=True)
        return redirect("edit_survey", found.uid)
    toast(request, _("Published. The link works from now on."))
    if lacking := lacking_words(parse(found.draft)):
        toast(request, lacking, wrong=True)
    return redirect("survey", found.uid)


@require_POST
@role("owner", "marketer")
def close_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Take no more answers; what came stays."""
    found = find(uid)
    actions.close(survey=found, by=str(request.user), at=clock.now())
    toast(request, _("Closed. Its page now says so."))
    return redirect("survey", found.uid)


def kept_from_role(role: str, found: Survey) -> frozenset[str]:
    """Questions, those of earlier versions too, whose answers are remembered under what this role may not see."""
    hidden = hidden_from(role)
    every = queries.history(found).questions.values() if hidden else ()
    return frozenset(question.id for question in every if question.remember and question.remember.key in hidden)


def without(shown: Definition, kept_from: frozenset[str]) -> Definition:
    return replace(shown, questions=tuple(one for one in shown.questions if one.id not in kept_from))


def given_to(response: Response, shown: Definition, kept_from: frozenset[str]) -> list[queries.Given]:
    return [one for one in queries.given(response, shown) if one.id not in kept_from]


def find(uid: UUID) -> Survey:
    return get_object_or_404(Survey.objects.select_related("current"), uid=uid)
