"""The builder: what is typed is saved at once, as a draft; what the buttons do can be undone."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import push_url

from campaigns.surveys import queries
from campaigns.surveys.asked.arranging import Json, Refused, TooMany
from campaigns.surveys.asked.checks import lacking_for
from campaigns.surveys.asked.definition import BadDefinition, Definition, Problem
from campaigns.surveys.asked.parse import MAX_QUESTIONS, parse
from campaigns.surveys.asked.questions import SCALES, Question
from campaigns.surveys.drafts import edit_draft, redo_draft, undo_draft
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.links import preview_path
from campaigns.surveys.models import Survey
from campaigns.surveys.queries import History
from campaigns.surveys.themed import current
from crm.preferences.queries import keys_by_label
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.surveys import posted
from engage.dashboard.surveys.commands import carry_out
from engage.dashboard.surveys.limits_form import summary
from engage.dashboard.surveys.poll_questions import to_its_poll
from engage.dashboard.surveys.question_form import around_form, question_form
from engage.dashboard.surveys.texts import lacking_words
from engage.dashboard.surveys.words import FIRST, ICONS, KIND_LABELS, OTHER_ICON, kinds, more_kinds
from engage.lib import clock
from engage.lib.former import NothingLeft, Overtaken, can_go_back, once_more
from engage.lib.spoken import own_name

BACK = {"undo": undo_draft, "redo": redo_draft}
FRESH = "fresh"
QUIET = ("", "close", "refit")
"""Presses that only save."""


@dataclass
class Answer:
    """What the page says of the last press. `open` is the question whose form is shown; `found` what is wrong with what
    was typed, which was not saved. `fresh`: the open question was just added, so that nothing is lacking in it yet."""

    open: str = ""
    refused: str = ""
    found: list[Problem] = field(default_factory=list)
    overtaken: bool = False
    saved: bool = False
    fresh: bool = False
    status: int = 200


@dataclass(frozen=True)
class Card:
    """A question as it stands among the others. `reworded`: people answered it in other words."""

    question: Question
    number: int
    label: object
    icon: str
    problems: list[str]
    reworded: bool
    asked_of_some: bool

    @property
    def said(self) -> str:
        """The sentence with an answer in it, as a message would say it: the first choice, the best of a scale."""
        remember, options = self.question.remember, self.question.options()
        shown = options and options[-1 if self.question.type in SCALES else 0].label
        return remember.say(shown or "…") if remember and remember.sentence else ""


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def edit_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The page; a POST saves its fields, and does what the pressed button says (`do`)."""
    found = get_object_or_404(Survey.objects.select_related("current"), uid=uid)
    if poll := to_its_poll(request, found):
        return poll
    if request.method != "POST":
        return _page(request, found, Answer(request.GET.get("question", ""), fresh=FRESH in request.GET))
    do = request.POST.get("do", "")
    answer = _do(request, found, do)
    if request.htmx and not do:
        return render(request, "surveys/builder_saved.html", _context(request, found, answer))
    if request.htmx or answer.status != 200:
        return push_url(_page(request, found, answer), _address(found, answer.open))
    return redirect(_address(found, answer.open) + (f"&{FRESH}=1" if answer.fresh else ""))


def _do(request: StaffRequest, found: Survey, do: str) -> Answer:
    by = str(request.user)[:120]
    return once_more(lambda: _try(request, found, do), lambda answer: answer.overtaken and found.changed_by == by)


def _try(request: StaffRequest, found: Survey, do: str) -> Answer:
    by, at = str(request.user), clock.now()
    open = request.POST.get("question", "")
    try:
        seen = _seen(request, found)
        if do in BACK:
            BACK[do](found, seen=seen, by=by, at=at)
            return Answer(open, saved=True)
        draft, about, open = _written(request, found, do, open)
        edit_draft(found, draft=draft, seen=seen, about=about, by=by, at=at)
        fresh = do.startswith("insert ") or (do == "refit" and FRESH in request.POST)
        return Answer("" if do == "close" else open, saved=True, fresh=fresh)
    except Overtaken:
        found.refresh_from_db()
        return Answer(open, overtaken=True, status=409)
    except TooMany:
        text = _("A survey has %(count)d questions at most: few people answer so many.") % {"count": MAX_QUESTIONS}
        return Answer(open, refused=text, status=400)
    except Refused:
        return Answer(open, refused=_("That cannot stand there."), status=400)
    except NothingLeft:
        return Answer(open, refused=_("There is nothing more to have back."), status=400)
    except BadDefinition as refused:
        return Answer(open, found=refused.problems, status=400)


def _written(request: StaffRequest, found: Survey, do: str, open: str) -> tuple[Json, str, str]:
    """The draft after what was typed and pressed, which field it was if it was one, and the question to be opened."""
    draft, history = found.draft, queries.history(found)
    if "title" in request.POST:
        draft, about = posted.around(draft, request.POST)
        return draft, about, open
    about = ""
    if open and "text" in request.POST:
        draft, about = posted.asked(draft, open, request.POST, used=history.used, keys=keys_by_label())
        kind = request.POST.get("type", "")
        if kind and kind != _type_of(draft, open):
            do = f"retype {open} {kind}"
    if do in QUIET:
        return draft, about, open
    questions, open = carry_out(do, draft["questions"], history)
    return draft | {"questions": questions}, "", open


def _type_of(draft: Json, id: str) -> str:
    return next((one["type"] for one in draft["questions"] if one["id"] == id), "")


def _seen(request: StaffRequest, found: Survey) -> int:
    """The revision that was on the page, unless only this colleague changed it since, or wants theirs in its place."""
    try:
        seen = int(request.POST.get("seen", ""))
    except ValueError:
        return found.revision
    return found.revision if "mine" in request.POST or found.changed_by in ("", str(request.user)[:120]) else seen


def _page(request: StaffRequest, found: Survey, answer: Answer) -> HttpResponse:
    part = "#builder" if request.htmx else ""
    status = 200 if request.htmx else answer.status
    return render(request, f"surveys/builder.html{part}", _context(request, found, answer), status=status)


def _context(request: StaffRequest, found: Survey, answer: Answer) -> dict[str, Any]:
    definition, history = parse(found.draft), queries.history(found)
    lacking, around = lacking_for(found, definition), around_form(found.draft)
    undo, redo = can_go_back(found.former)
    context = {
        "survey": found,
        "answer": answer,
        "cards": _cards(definition, lacking, history, found),
        "stopping": len(lacking),
        "lacks_all": [one.message for one in lacking if "." not in one.path],
        "form": around,
        "kinds": kinds(FIRST),
        "more_kinds": more_kinds(),
        "can_undo": undo,
        "can_redo": redo,
        "here": _address(found, ""),
        "preview": preview_path(found, clock.now()),
        "look_notes": current().notes,
        "languages": [own_name(code) for code in definition.languages],
        "lacking_words": lacking_words(definition),
        "limits": summary(parse_limits(found.limits)),
        "changed": found.current is None or parse(found.current.definition) != definition,
    }
    if raw := next((one for one in found.draft["questions"] if one["id"] == answer.open), None):
        place = found.draft["questions"].index(raw)
        form = question_form(raw, definition, str(request.user.role))
        form.blame(_of(answer.found or ([] if answer.fresh else lacking), place))
        context |= {"open": raw["id"], "question_form": form, "is_published": raw["id"] in history.published}
    elif answer.found:
        around.blame(answer.found)
    return context


def _cards(definition: Definition, lacking: list[Problem], history: History, found: Survey) -> list[Card]:
    published = parse(found.current.definition) if found.current else Definition()
    cards = []
    for place, one in enumerate(definition.questions):
        was = published.question(one.id)
        cards.append(
            Card(
                question=one,
                number=place + 1,
                label=KIND_LABELS[one.type],
                icon=ICONS.get(one.type, OTHER_ICON),
                problems=[problem.message for problem in _of(lacking, place)],
                reworded=was is not None and was.text != one.text,
                asked_of_some=one.show is not None,
            )
        )
    return cards


def _of(problems: list[Problem], place: int) -> list[Problem]:
    """Those of one question, by their field."""
    start = f"questions.{place}."
    return [Problem(one.path.removeprefix(start), one.message) for one in problems if one.path.startswith(start)]


def _address(found: Survey, open: str) -> str:
    return reverse("edit_survey", args=[found.uid]) + (f"?question={open}" if open else "")
