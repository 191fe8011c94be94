"""A design as it arrives: for one person or with sample values, wide or on a phone, by day and night, with pictures or
without; and its plain text."""

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods
from liquid.exceptions import LiquidError

from campaigns.channels.document import BadMarkup
from campaigns.channels.preview import Previews
from campaigns.channels.skeleton import CannotRender, Rendered
from campaigns.designs import actions, queries
from campaigns.designs.checks import check_content, preview
from campaigns.designs.compiling import skeleton, text_made
from campaigns.designs.models import Design
from campaigns.designs.parse import InvalidContents
from campaigns.designs.seeing import as_person
from campaigns.journeys.showing import questions
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.preferences.queries import hidden_from
from engage.dashboard.designs.forms import said
from engage.dashboard.designs.one import design_or_404, language_of
from engage.dashboard.designs.returning import back_of
from engage.dashboard.designs.words import language_words
from engage.dashboard.journeys.trying import people_to_choose
from engage.dashboard.messages.views import LETTER_CSP, NEW_TAB
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.shell.toasts import toast
from engage.lib import clock

NO_PICTURES: dict[str, list[str]] = LETTER_CSP | {"img-src": [CSP.NONE]}
_SOURCE = re.compile(r"(<img\b[^<>]*?)\ssrc=(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
BY_DAY, BY_NIGHT = "(prefers-color-scheme:dark)", "all"


@dataclass(frozen=True)
class Shown:
    """What is seen, or why nothing is."""

    rendered: Rendered | None
    problem: str = ""


@require_GET
@role("owner", "marketer")
@xframe_options_sameorigin
@csp_override(LETTER_CSP)
def design_frame(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The message alone, for a sandboxed frame."""
    return _framed(request, uid)


@require_GET
@role("owner", "marketer")
@xframe_options_sameorigin
@csp_override(NO_PICTURES)
def design_frame_without_pictures(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The same to those whose mail program loads no pictures."""
    return _framed(request, uid, bare=True)


@require_GET
@role("owner", "marketer")
def design_preview(request: StaffRequest, uid: UUID) -> HttpResponse:
    """Everything to look at before it goes out: the frame, its switches, who reads it, and what was found."""
    found = design_or_404(uid)
    language, person = language_of(request, found), _person(request)
    shop = business()
    findings = check_content(found.kind, found.contents[language], queries.look(shop), shop, language=language)
    search = request.GET.get("q", "").strip()
    shown = _shown(request, found, language, person)
    frame = "design_frame_without_pictures" if request.GET.get("pictures") == "off" else "design_frame"
    context = {
        "design": found,
        "language": language,
        "languages": [(code, language_words(code)) for code in found.contents],
        "person": person,
        "search": search,
        "choice": people_to_choose(search, "") if search else [],
        "shown": shown,
        "findings": [(finding, said(finding)) for finding in findings],
        "frame_url": reverse(frame, args=[uid]),
        "phone": request.GET.get("width") == "phone",
        "dark": "dark" in request.GET,
        "bare": request.GET.get("pictures") == "off",
        "back": back_of(request, uid),
    }
    return render(request, "designs/preview.html", context)


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def design_text(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The plain text: made by itself, until somebody writes it."""
    found = design_or_404(uid)
    language = language_of(request, found)
    if request.method == "POST":
        contents = deepcopy(found.contents)
        contents[language]["text"] = None if "again" in request.POST else request.POST.get("text", "")
        try:
            actions.edit_design(found, contents=contents, by=str(request.user), at=clock.now())
        except InvalidContents as refused:
            toast(request, refused.problems[0].message, wrong=True)
        else:
            toast(request, _("Saved."))
        return redirect(f"{reverse('design_text', args=[uid])}?language={language}")
    content, problem = found.contents[language], ""
    text, by_hand = content["text"], content["text"] is not None
    if text is None:
        try:
            text = text_made(found.kind, content, queries.look(business()), language=language)
        except (LiquidError, BadMarkup) as error:
            text, problem = "", str(error)
    findings = [said(one) for one in _found(found, language) if one.place == "text"]
    context = {"design": found, "language": language, "text": text, "by_hand": by_hand, "problem": problem}
    return render(request, "designs/text.html", context | {"findings": findings})


def _found(found: Design, language: str) -> list[Any]:
    shop = business()
    return check_content(found.kind, found.contents[language], queries.look(shop), shop, language=language)


def _framed(request: StaffRequest, uid: UUID, *, bare: bool = False) -> HttpResponse:
    found = design_or_404(uid)
    shown = _shown(request, found, language_of(request, found), _person(request))
    if shown.rendered is None:
        return render(request, "designs/nothing.html", {"problem": shown.problem})
    html = shown.rendered.html.replace(f"{settings.PUBLIC_URL}/media/", "/media/").replace("<head>", NEW_TAB, 1)
    if "dark" in request.GET:
        html = html.replace(f"@media {BY_DAY}", f"@media {BY_NIGHT}")
    return HttpResponse(_SOURCE.sub(r"\1", html) if bare else html)


def _person(request: StaffRequest) -> Contact | None:
    try:
        uid = UUID(request.GET.get("person", ""))
    except ValueError:
        return None
    return get_object_or_404(Contact, uid=uid, merged_into=None, erased=None)


def _shown(request: StaffRequest, found: Design, language: str, person: Contact | None) -> Shown:
    """For nobody in particular, the one who told us what it cites."""
    shop, content = business(), found.contents[language]
    look = queries.look(shop)
    try:
        if person is None:
            previews: Previews = preview(found.kind, content, look, shop, language=language)
            return Shown(previews.with_facts)
        made = skeleton(found.kind, content, look, language=language)
        hidden, at = hidden_from(str(request.user.role)), clock.now()
        return Shown(
            as_person(
                made,
                person,
                language=language,
                shop=shop,
                ask=lambda surveys: questions(surveys, person, {}, at),
                hidden=hidden,
                at=at,
            )
        )
    except (LiquidError, BadMarkup, CannotRender) as error:
        return Shown(None, str(error))
