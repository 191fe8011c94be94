"""The editor: what is typed is saved at once, as a draft; what the buttons do can be undone."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import push_url

from campaigns.designs import queries
from campaigns.designs.actions import edit_design, redo_design, undo_design
from campaigns.designs.arranging import Refused, one
from campaigns.designs.checks import check_content
from campaigns.designs.models import Design
from campaigns.designs.parse import DESIGNED, InvalidContents, Json
from crm.business.queries import business
from engage.dashboard.designs.canvas import Canvas, kinds, picture_words, source_of
from engage.dashboard.designs.commands import carry_out
from engage.dashboard.designs.forms import Fields, block_form, content_form, said
from engage.dashboard.designs.one import design_or_404, language_of
from engage.dashboard.designs.posted import written
from engage.dashboard.designs.returning import back_of
from engage.dashboard.designs.words import LANGUAGES, language_words
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock
from engage.lib.former import NothingLeft, Overtaken, can_go_back, once_more

BACK = {"undo": undo_design, "redo": redo_design}


@dataclass
class Answer:
    """What the page says of the last press. `open` is the block whose form is shown."""

    open: str = ""
    refused: str = ""
    overtaken: bool = False
    saved: bool = False
    status: int = 200


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def design(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The page; a POST saves its fields, and does what the pressed button says (`do`)."""
    found = design_or_404(uid)
    language = language_of(request, found)
    if request.method != "POST":
        return _page(request, found, language, Answer(request.GET.get("block", "")))
    do = request.POST.get("do", "")
    answer = _do(request, found, language, do)
    language = language if language in found.contents else found.language
    if request.htmx and not do:
        return render(request, "designs/saved.html", _context(request, found, language, answer))
    if request.htmx or answer.status != 200:
        return push_url(_page(request, found, language, answer), address_of(found, language, answer.open))
    return redirect(address_of(found, language, answer.open))


def _do(request: StaffRequest, found: Design, language: str, do: str) -> Answer:
    by = str(request.user)[:120]
    return once_more(lambda: _try(request, found, language, do), lambda answer: answer.overtaken and found.by == by)


def _try(request: StaffRequest, found: Design, language: str, do: str) -> Answer:
    by, at = str(request.user), clock.now()
    open = request.POST.get("block", "")
    try:
        seen = _seen(request, found)
        if do in BACK:
            BACK[do](found, seen=seen, by=by, at=at)
            return Answer(open, saved=True)
        content, about = written(found.kind, found.contents[language], request.POST)
        if do and do != "close" and found.kind == DESIGNED:
            arranged, open = carry_out(do, content["body"]["blocks"])
            content, about = content | {"body": {"blocks": arranged}}, ""
        contents = found.contents | {language: content}
        edit_design(found, contents=contents, seen=seen, about=about and f"{language}.{about}", by=by, at=at)
        return Answer("" if do == "close" else open, saved=True)
    except Overtaken:
        found.refresh_from_db()
        return Answer(open, overtaken=True, status=409)
    except Refused:
        return Answer(open, refused=_("That cannot stand there."), status=400)
    except NothingLeft:
        return Answer(open, refused=_("There is nothing more to have back."), status=400)
    except InvalidContents as refused:
        return Answer(open, refused=refused.problems[0].message, status=400)


def _seen(request: StaffRequest, found: Design) -> int:
    """The revision that was on the page, unless only this colleague changed it since, or wants theirs in its place."""
    try:
        seen = int(request.POST.get("seen", ""))
    except ValueError:
        return found.revision
    return found.revision if "mine" in request.POST or found.by == str(request.user)[:120] else seen


def _page(request: StaffRequest, found: Design, language: str, answer: Answer) -> HttpResponse:
    part = "#designer" if request.htmx else ""
    status = 200 if request.htmx else answer.status
    return render(request, f"designs/design.html{part}", _context(request, found, language, answer), status=status)


def _context(request: StaffRequest, found: Design, language: str, answer: Answer) -> dict[str, Any]:
    shop, content = business(), found.contents[language]
    look = queries.look(shop)
    findings = check_content(found.kind, content, look, shop, language=language)
    undo, redo = can_go_back(found.former)
    context = {
        "design": found,
        "language": language,
        "languages": [(code, language_words(code)) for code in found.contents],
        "more_languages": [(code, words) for code, words in LANGUAGES.items() if code not in found.contents],
        "answer": answer,
        "look": look,
        "findings": [(finding, said(finding)) for finding in findings],
        "stopping": sum(finding.stops for finding in findings),
        "can_undo": undo,
        "can_redo": redo,
        "form": content_form(found.kind, content, findings),
        "here": address_of(found, language),
        "back": back_of(request, found.uid),
    }
    if found.kind == DESIGNED:
        context |= _blocks(request, content, Canvas(content["body"]["blocks"], findings, look), answer)
    else:
        picture = content["body"].get("picture", "")
        context |= {"picture": picture, "picture_source": source_of(picture), "picture_words": picture_words(picture)}
    return context


def _blocks(request: StaffRequest, content: Json, canvas: Canvas, answer: Answer) -> dict[str, Any]:
    open = one(content["body"]["blocks"], answer.open) if answer.open else None
    form: Fields | None = None
    if open is not None:
        form = block_form(open, canvas.found_of(open["id"]), str(request.user.role))
    picture = open.get("picture", "") if open else ""
    return {
        "canvas": canvas,
        "open": open["id"] if open else "",
        "block_form": form,
        "picture": picture,
        "picture_source": source_of(picture),
        "picture_words": picture_words(picture),
        "kinds": kinds(inside=False),
        "kinds_inside": kinds(inside=True),
        "saved_blocks": queries.saved_blocks(),
    }


def address_of(found: Design, language: str, open: str = "") -> str:
    query = {"language": language} if language != found.language else {}
    query |= {"block": open} if open else {}
    return reverse("design", args=[found.uid]) + (f"?{urlencode(query)}" if query else "")
