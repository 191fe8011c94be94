"""A survey's texts in its languages, one beside the other, with what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf.locale import LANG_INFO
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.surveys.asked import languages
from campaigns.surveys.asked.arranging import Json
from campaigns.surveys.asked.definition import BadDefinition, Definition
from campaigns.surveys.asked.languages import Text, lacks, missing, texts
from campaigns.surveys.asked.parse import MAX_LANGUAGES, parse
from campaigns.surveys.drafts import edit_draft
from campaigns.surveys.models import Survey
from crm.business.queries import business
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.dashboard.surveys.poll_questions import to_its_poll
from engage.lib import clock
from engage.lib.former import Overtaken
from engage.lib.spoken import own_name

KNOWN = sorted({code.partition("-")[0] if code.count("-") > 1 else code for code in LANG_INFO} - {"zh-cn", "zh-tw"})
"""Languages to choose from."""
MOST_WRITTEN = 900
"""Texts that one form can hold; the rest is written over REST."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in one language: `name` of its field where it is being written, '' where it is only shown; `place` is that
    field, for a link to it."""

    name: str
    place: str
    words: str
    is_missing: bool
    language: str
    language_name: str
    towards: str


@dataclass(frozen=True, slots=True)
class Column:
    language: str
    name: str
    missing: int


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def survey_texts(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The table; what is written in one column is saved by its button, as a draft that can be had back. Three
    queries."""
    found = get_object_or_404(Survey, uid=uid)
    if poll := to_its_poll(request, found):
        return poll
    definition = parse(found.draft)
    chosen = request.POST.get("language") or request.GET.get("language", "")
    chosen = chosen if chosen in definition.languages else next(iter(definition.languages), "")
    if request.method == "POST":
        return _save(request, found, definition, chosen)
    return _page(request, found, definition, chosen)


def _save(request: StaffRequest, found: Survey, definition: Definition, chosen: str) -> HttpResponse:
    do, seen = request.POST.get("do", ""), request.POST.get("seen", "")
    try:
        draft, chosen = _changed(found.draft, definition, do, chosen, request.POST)
        revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
        edit_draft(found, draft=draft, seen=revision, about="", by=str(request.user), at=clock.now())
    except BadDefinition as refused:
        toast(request, _("Not saved: %(why)s") % {"why": refused.problems[0].message}, wrong=True)
        return _page(request, found, definition, chosen, request.POST, status=400)
    except Overtaken:
        found.refresh_from_db()
        toast(request, _("Not saved: somebody changed the survey meanwhile. Look at it, and save again."), wrong=True)
        return _page(request, found, parse(found.draft), chosen, request.POST, status=409)
    toast(request, _("Saved as a draft. Customers see it once you publish it."))
    return redirect(f"{request.path}?language={chosen}" if chosen else request.path)


def _changed(draft: Json, definition: Definition, do: str, chosen: str, posted: QueryDict) -> tuple[Json, str]:
    """The draft after what was pressed, and the language to go on with."""
    there = list(definition.languages)
    act, _space, code = do.partition(" ")
    if act == "add":
        code = posted.get("new", "")
        if code in KNOWN and code != _own(definition) and code not in there and len(there) < MAX_LANGUAGES:
            return draft | {"languages": [*there, code]}, code
        return draft, chosen
    if act == "drop" and code in there:
        return _without(draft, code) | {"languages": [one for one in there if one != code]}, ""
    if act == "own":
        code = posted.get("own", "")
        return (draft | {"language": code} if code in KNOWN and code not in there else draft), chosen
    return _written(draft, definition, chosen, posted), chosen


def _written(draft: Json, definition: Definition, language: str, posted: Mapping[str, str]) -> Json:
    """With what stands in the fields of one column."""
    if not language:
        return draft
    said: dict[str, dict[str, str]] = {}
    for text in texts(definition):
        name = _field(text)
        if name in posted:
            said.setdefault(text.question, {})[text.place] = posted[name].replace("\r\n", "\n").strip()
    questions = [_with(one, language, said.get(one["id"], {})) for one in draft["questions"]]
    return _with(draft, language, said.get("", {})) | {"questions": questions}


def _with(raw: Json, language: str, said: Mapping[str, str]) -> Json:
    every = raw.get("texts", {})
    return raw | {"texts": every | {language: every.get(language, {}) | said}} if said else raw


def _without(draft: Json, language: str) -> Json:
    def rest(raw: Json) -> Json:
        return raw | {"texts": {code: said for code, said in raw.get("texts", {}).items() if code != language}}

    return rest(draft) | {"questions": [rest(one) for one in draft["questions"]]}


def _page(
    request: StaffRequest,
    found: Survey,
    definition: Definition,
    chosen: str,
    posted: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    lacking, every = missing(definition), list(texts(definition))
    context = {
        "survey": found,
        "own": _own(definition),
        "own_name": own_name(_own(definition)),
        "towards": languages.direction(_own(definition)),
        "columns": [Column(code, own_name(code), lacking[code]) for code in definition.languages],
        "chosen": chosen,
        "chosen_name": own_name(chosen) if chosen else "",
        "rows": [
            (_about(definition, text), text, [_cell(text, code, chosen, number, posted or {}) for code in lacking])
            for number, text in enumerate(every)
        ],
        "too_many": len(every) > MOST_WRITTEN,
        "offered": [(code, f"{own_name(code)} ({code})") for code in KNOWN],
    }
    return render(request, "surveys/texts.html", context, status=status)


def _cell(text: Text, language: str, chosen: str, number: int, posted: Mapping[str, str]) -> Cell:
    place = _field(text) if number < MOST_WRITTEN else ""
    name = place if language == chosen else ""
    words = posted.get(name, "") if name in posted else text.said.get(language, "")
    return Cell(name, place, words, lacks(text, language), language, own_name(language), languages.direction(language))


def _own(definition: Definition) -> str:
    return definition.language or business().language


def _field(text: Text) -> str:
    return f"t-{text.question}-{text.place}"


def _about(definition: Definition, text: Text) -> str:
    """What the text is, in a word or two."""
    if text.question:
        number = [one.id for one in definition.questions].index(text.question) + 1
        kind = text.place.partition(".")[0]
        return _("%(number)d: %(what)s") % {"number": number, "what": _PLACES[kind]()}
    return _PLACES[text.place]()


_PLACES: dict[str, Any] = {
    "title": lambda: _("Title"),
    "intro": lambda: _("Words before"),
    "thanks": lambda: _("Words after"),
    "sorry": lambda: _("Screened out"),
    "next": lambda: _("Button"),
    "back": lambda: _("Button"),
    "send": lambda: _("Button"),
    "text": lambda: _("question"),
    "help": lambda: _("hint"),
    "low": lambda: _("lowest"),
    "high": lambda: _("highest"),
    "choice": lambda: _("answer"),
    "row": lambda: _("line"),
}


def lacking_words(definition: Definition) -> str:
    """What is missing in which language, and what is read instead; '' where nothing is."""
    lacking = [f"{own_name(code)} {count}" for code, count in missing(definition).items() if count]
    if not lacking:
        return ""
    said = {"languages": ", ".join(lacking), "own": own_name(_own(definition))}
    return _("Texts are missing: %(languages)s. They are read in %(own)s.") % said
