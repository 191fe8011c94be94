"""The pages of a survey: the form, the thanks, and what stands there when it was answered before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.surveys import links, queries
from campaigns.surveys.asked import languages
from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.kinds.kind import Parts
from campaigns.surveys.asked.languages import in_language
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import Question, Type
from campaigns.surveys.filling import spam
from campaigns.surveys.filling.fields import Field
from campaigns.surveys.filling.filling import Filling, own_language
from campaigns.surveys.links import Visitor
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.taking.afterwards import what_came
from campaigns.surveys.taking.answers import filled
from campaigns.surveys.taking.talking import talk_of
from crm.dialogue.expecting import when_answered
from engage.lib import clock
from engage.lib.public import embeddable, notice
from engage.lib.spoken import own_name, speak, spoken

AGREED = "agreed"
"""The tick that they agreed that what a colleague typed is remembered."""

ADDRESS = "own-address"
"""The field for the address by which an answer is proved to be somebody's."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of the page before that will be remembered, unless she says no. `declined`: she did."""

    id: str
    words: str
    declined: bool


def show(
    at_hand: Filling,
    *,
    posted: Mapping[str, Parts] | None = None,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
    kept: list[Kept] | None = None,
    asks_address: bool = False,
    status: int = 200,
) -> HttpResponse:
    """One page of the form. `posted` is what was filled in on it and did not go on; `kept` says that the page before
    was saved, and what of it will be remembered."""
    page = at_hand.page
    if page is None:
        return _all_known(at_hand)
    questions = at_hand.walk.questions(page, at_hand.answers)
    saved = filled(at_hand.answers) if at_hand.sees(page) else {}
    parts = {**_said(at_hand), **filled(at_hand.former), **saved, **filled(at_hand.tapped), **(posted or {})}
    number, of = at_hand.place(page)
    fields = [_field(at_hand, one, parts, errors or {}) for one in questions]
    context = {
        "survey": at_hand.shown,
        **_spoken(at_hand),
        "intro": at_hand.intro() if number == 1 else "",
        "heading": at_hand.words(page.head) if page.head and page.head.text else "",
        "fields": fields,
        "wrong": [field for field in fields if field.error] if len(fields) > 1 else [],
        "form": links.sign_form(at_hand.version, at_hand.visitor, at_hand.sheet, at_hand.at),
        "problem": problem,
        "asks_address": asks_address or (at_hand.asks_address and number == of),
        "proof": _work(at_hand),
        "address": at_hand.request.POST.get(ADDRESS, ""),
        "changes": at_hand.visitor.changes,
        "left_out": _left_out(at_hand),
        "number": number,
        "of": "" if (is_open := at_hand.walk.leaves_open(page)) else of,
        "more": len(at_hand.definition.pages()) > 1,
        "may_end": number == of,
        "last": number == of and not is_open,
        "unseen": bool(at_hand.may_stay(page) - {one.id for one in page.questions if one.type is Type.PHOTO}),
        "some_required": any(one.required for one in at_hand.definition.questions),
        **_needs(questions),
        "kept": kept,
        "begun": _tells_begun(at_hand),
        "resume_url": _resume_url(at_hand) if kept is not None else "",
        **_around(at_hand),
    }
    response = render(at_hand.request, "surveys/public/page.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-cache"  # no-store would end the browser's Back in an error
    return embeddable(response, at_hand.definition.embed_on)


def _work(at_hand: Filling) -> spam.Challenge | None:
    """What the page is to bring: asked of everybody here, or because as much comes from this network."""
    of = [] if at_hand.visitor.message or at_hand.begun else [spam.ANSWERS]
    if at_hand.asks_address or at_hand.definition.permission:
        of.append(spam.MAILS)
    survey, asked = at_hand.version.survey_id, at_hand.needs_proof
    return spam.challenge(at_hand.request, survey, *of, asked=asked, at=at_hand.at)


def _needs(questions: Iterable[Question]) -> dict[str, bool]:
    types = {one.type for one in questions}
    return {"sends_photos": Type.PHOTO in types, "slides": Type.SLIDER in types}


def _around(at_hand: Filling) -> dict[str, object]:
    """The ways on from here; for a colleague who types none, but for whom, and whether it may be kept."""
    visitor = at_hand.visitor
    if visitor.typed_by is None:
        return {**links.ways_on(visitor.occasion, visitor.person, at=at_hand.at)}
    keeps = any(one.remember for one in at_hand.definition.questions)
    return {"typed_for": visitor.person, "keeps": keeps, "agreed": AGREED in at_hand.request.POST}


def typed(request: HttpRequest, response: Response, *, asked: bool) -> HttpResponse:
    """To the colleague who typed it. One query at most."""
    said = [_("It stands with them, with your name beside it.")]
    if talk_of(response, queries.definition_of(response.version)):
        said.append(_("It has come to the Inbox too."))
    if asked:
        said.append(_("A mail goes to the address that you typed. Only they can confirm it, by the link in it."))
    said.append(_("You can close this page."))
    return notice(request, _("It is kept"), " ".join(said))


def preview(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The draft with nothing filled in, all pages below each other."""
    definition = parse(survey.draft)
    context = {
        "survey": definition,
        "intro": definition.intro,
        "fields": [Field(one, one.text, one.help) for one in definition.questions],
        "some_required": definition.some_required(),
        **_needs(definition.questions),
        "last": True,
        **links.ways_on("", None, at=clock.now()),
    }
    with speak(own_language(definition)):
        return embeddable(render(request, "surveys/public/page.html", context | in_words(own_language(definition))))


@dataclass(frozen=True, slots=True)
class Thanked:
    """One answer on the page that says thank you. `state`: remembered, declined, kept (her own correction stays) or
    nothing, where it is not remembered."""

    given: queries.Given
    state: str


def _spoken(at_hand: Filling) -> dict[str, Any]:
    """In which language it reads and towards which side, which others there are, and the words of its buttons."""
    if not at_hand.language:
        return {**in_words(own_language(at_hand.definition)), "words": {}}
    return {
        **in_words(at_hand.language),
        "words": at_hand.definition.texts.get(at_hand.language, {}),
        "languages": [(code, own_name(code), code == at_hand.language) for code in at_hand.languages],
    }


def in_words(language: str) -> dict[str, str]:
    """For a page in that language; `ours` marks the words on it that are ours, where those are in another one."""
    said = {"lang": language, "towards": languages.direction(language)}
    active = get_language() or ""
    if spoken(language) != active:
        said["ours"] = format_html(' lang="{}" dir="{}"', active, languages.direction(active))
    return said


def thanks(request: HttpRequest, response: Response, *, asked: bool = False) -> HttpResponse:
    """What was answered and what becomes of it, each with its "Don't", and when a person answers. Two queries, and
    two a second of the shop's hours.

    Whoever `asked` to be written to reads the same, whether or not we know the address or sent a mail to it.
    """
    definition = in_language(queries.definition_of(response.version), response.language)
    states = queries.memory_of(response, definition)
    shown = [one for one in queries.given(response, definition) if not one.hidden]
    context = {
        "survey": definition,
        **in_words(response.language if response.language in definition.languages else own_language(definition)),
        "asked": asked,
        "heard": talk_of(response, definition),
        "expected": when_answered(clock.now()),
        "answers": [Thanked(given, states.get(given.id, "")) for given in shown],
        "answered": links.sign_change(response, clock.now()),
        "key": response.survey.key,
        "what_came": what_came(response),
        **links.ways_on(response.occasion, response.contact, at=clock.now()),
    }
    return embeddable(render(request, "surveys/public/thanks.html", context), definition.embed_on)


def screened(at_hand: Filling) -> HttpResponse:
    """Thank you, and no more questions."""
    text = at_hand.shown.sorry or _("Thank you. We have no more questions for you.")
    return embeddable(notice(at_hand.request, _("That was all"), text), at_hand.definition.embed_on)


def one_step_left(request: HttpRequest, definition: Definition) -> HttpResponse:
    """The same, whether or not we know the address or sent a mail to it."""
    text = _(
        "We are sending a mail to the address you gave. Your answer counts once you have opened its link and pressed "
        "the button there. It may take a minute or two, and may lie among unwanted mail."
    )
    return embeddable(notice(request, _("One step is left"), text), definition.embed_on)


def looked_at_first(request: HttpRequest, definition: Definition) -> HttpResponse:
    text = _("Your answer has arrived. It came so fast that somebody of us looks at it before it counts.")
    return embeddable(notice(request, _("Thank you"), text), definition.embed_on)


def answered_before(request: HttpRequest, visitor: Visitor, at: datetime, *, change: str = "") -> HttpResponse:
    """Nothing of the answer is shown: the link may have been handed on. `change` is where to answer anew."""
    text = _("This was answered before. It counts once.")
    if change:
        text = _("This was answered before. It counts once. If you answer again, that takes its place.")
        return notice(request, _("Thank you"), text, link=(change, _("Answer again")))
    url = links.ways_on(visitor.occasion, visitor.person, at=at)["memory_url"]
    link = (url, _("See or change what we remember")) if url else None
    return notice(request, _("Thank you"), text, link=link)


def _field(at_hand: Filling, question: Question, parts: Mapping[str, Parts], errors: Mapping[str, str]) -> Field:
    key = question.remember.key if question.remember else ""
    return Field(
        at_hand.spoken(question),
        at_hand.words(question),
        at_hand.help(question),
        parts.get(question.id, {}),
        errors.get(question.id, ""),
        at_hand.told.get(key) if at_hand.may_see else None,
        at_hand.visitor.occasion,
    )


def _said(at_hand: Filling) -> dict[str, Parts]:
    """What they told us before, as the form has it; only where they may see it."""
    if not at_hand.may_see:
        return {}
    return {
        question.id: kind_of(question).refilled(question, at_hand.told[question.remember.key].value)
        for question in at_hand.definition.questions
        if question.remember and question.remember.key in at_hand.told
    }


def _left_out(at_hand: Filling) -> int:
    """How many questions of the page are known."""
    page = at_hand.page
    skipped = at_hand.walk.skipped - at_hand.answers.keys()
    return sum(question.id in skipped for question in page.questions) if page else 0


def _resume_url(at_hand: Filling) -> str:
    if at_hand.begun is None:
        return ""
    return links.resume_url(at_hand.begun, at_hand.version.survey.key, at_hand.at)


def _tells_begun(at_hand: Filling) -> str:
    """Where a page that was just opened tells that it was begun, once; not that of whoever came by a message."""
    if at_hand.visitor.message or at_hand.request.method == "POST":
        return ""
    if frame := getattr(at_hand.request, "frame", None):
        return str(frame.begun)
    return f"{reverse('begun_on_page', args=[at_hand.version.survey.key])}?o={at_hand.visitor.origin}"


def _all_known(at_hand: Filling) -> HttpResponse:
    text = _("You have told us all of this already, and we do not ask twice.")
    url = links.ways_on(at_hand.visitor.occasion, at_hand.visitor.person, at=at_hand.at)["memory_url"]
    link = (url, _("See or change what we remember")) if url else None
    return notice(at_hand.request, _("Nothing to ask"), text, link=link)
