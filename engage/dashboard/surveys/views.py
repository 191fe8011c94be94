"""Questions worth asking: the list, one survey with what people answered, and the form in which it is written."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from campaigns.surveys import actions, queries
from campaigns.surveys import definition as definitions
from campaigns.surveys.definition import ONE_TAP, BadDefinition, Definition, Type
from campaigns.surveys.links import page_url, preview_path, snippet
from campaigns.surveys.models import Response, Survey
from crm.contacts.models import Topic
from crm.preferences.queries import hidden_from, keys_by_label, keys_for
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys import drafting
from engage.dashboard.surveys.drafting import Draft
from engage.dashboard.surveys.leaving import tickable
from engage.dashboard.surveys.starts import STARTS, begin
from engage.dashboard.surveys.words import KIND_LABELS, SENTENCE_HINT, STATE_LABELS
from engage.lib import clock

PAGE = 20
ENOUGH = 30
"""From so many answers on a share says something; below, only counts are shown."""


@require_GET
@role("owner", "marketer")
def surveys(request: StaffRequest) -> HttpResponse:
    """All of them with their answers. One query."""
    rows = [(survey, STATE_LABELS[survey.state]) for survey in queries.listed()]
    return render(request, "surveys/surveys.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def new_survey(request: StaffRequest) -> HttpResponse:
    """Choose what to begin with; the draft is then written in its form."""
    start = request.POST.get("start", "")
    if start in {choice.key for choice in STARTS}:
        definition = definitions.parse(begin(start))
        made = actions.create(definition=definition, by=str(request.user), at=clock.now())
        return redirect("edit_survey", made.uid)
    return render(request, "surveys/new_survey.html", {"starts": STARTS}, status=400 if request.POST else 200)


@require_GET
@role("owner", "marketer")
@vary_on_headers("HX-Request")
def survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """What people answered, where the survey stands, and how to ask it. For htmx the answers only."""
    found = _found(uid)
    draft = definitions.parse(found.draft)
    shown = queries.definition_of(found.current) if found.current else draft
    before = request.GET.get("before", "")
    kept_from = _kept_from(str(request.user.role), found)
    answers = queries.responses(found, before=int(before) if before.isdigit() else None, size=PAGE + 1)
    context = {
        "survey": found,
        "state": STATE_LABELS[found.state],
        "results": queries.results(found, _without(shown, kept_from)),
        "enough": ENOUGH,
        "responses": [(response, _given(response, shown, kept_from)) for response in answers[:PAGE]],
        "next": answers[PAGE - 1].pk if len(answers) > PAGE else None,
        "changed": draft != shown,
        "one_tap": next((question for question in shown.questions if question.type in ONE_TAP), None),
        "tag": f"{{% question {found.key} %}}",
        "tickable": tickable(found, shown) if found.current else [],
        "asked": queries.asked(found) if shown.permission else None,
        "asks_more": any(question.type is not Type.PERMISSION for question in shown.questions),
        "page_url": page_url(found.key),
        "snippet": snippet(found.key, shown.title),
        "embed_on": shown.embed_on,
        "preview": preview_path(found, clock.now()),
    }
    return render(request, f"surveys/survey.html{'#answers' if request.htmx else ''}", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The form. Adding, moving and removing give the form back changed; only saving writes."""
    found = _found(uid)
    history = queries.history(found)
    if request.method != "POST":
        return _form(request, found, drafting.from_definition(definitions.parse(found.draft), history.published))
    written = drafting.from_post(request.POST, history.published)
    deed = request.POST.get("do", "")
    if deed not in {"save", "publish"}:
        drafting.carry_out(written, deed)
        return _form(request, found, written, unsaved=True)
    try:
        definition = definitions.parse(drafting.to_raw(written, history, keys_by_label()))
        _save(request, found, definition, publish=deed == "publish")
    except BadDefinition as error:
        drafting.blame(written, error.problems)
        return _form(request, found, written, unsaved=True, status=400)
    return redirect("survey" if deed == "publish" else "edit_survey", found.uid)


@require_POST
@role("owner", "marketer")
def publish_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Open it, with the questions as they were last saved."""
    found = _found(uid)
    try:
        actions.publish(survey=found, by=str(request.user), at=clock.now())
    except BadDefinition:
        toast(request, _("Not published: something is missing, see the form."), wrong=True)
        return redirect("edit_survey", found.uid)
    toast(request, _("Published. The link works from now on."))
    return redirect("survey", found.uid)


@require_POST
@role("owner", "marketer")
def close_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Take no more answers; what came stays."""
    found = _found(uid)
    actions.close(survey=found, by=str(request.user), at=clock.now())
    toast(request, _("Closed. Its page now says so."))
    return redirect("survey", found.uid)


def _kept_from(role: str, found: Survey) -> frozenset[str]:
    """Questions, those of earlier versions too, whose answers are remembered under what this role may not see."""
    hidden = hidden_from(role)
    every = queries.history(found).questions.values() if hidden else ()
    return frozenset(question.id for question in every if question.remember and question.remember.key in hidden)


def _without(shown: Definition, kept_from: frozenset[str]) -> Definition:
    return replace(shown, questions=tuple(one for one in shown.questions if one.id not in kept_from))


def _given(response: Response, shown: Definition, kept_from: frozenset[str]) -> list[queries.Given]:
    return [one for one in queries.given(response, shown) if one.id not in kept_from]


def _found(uid: UUID) -> Survey:
    return get_object_or_404(Survey.objects.select_related("current"), uid=uid)


def _save(request: StaffRequest, found: Survey, definition: Definition, *, publish: bool) -> None:
    by, at = str(request.user), clock.now()
    actions.save_draft(survey=found, definition=definition, by=by, at=at)
    if publish:
        actions.publish(survey=found, by=by, at=at)
        toast(request, _("Published. The link works from now on."))
    else:
        toast(request, _("Saved. Customers see it once you publish it."))


def _form(
    request: StaffRequest, found: Survey, written: Draft, *, unsaved: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "survey": found,
        "draft": written,
        "unsaved": unsaved,
        "kinds": KIND_LABELS.items(),
        "sentence_hint": SENTENCE_HINT,
        "topics": Topic.objects.all(),
        "keys": keys_for(str(request.user.role)).values_list("label", flat=True),
        "preview": preview_path(found, clock.now()),
        "published": found.current is not None,
    }
    return render(request, "surveys/edit_survey.html", context, status=status)
