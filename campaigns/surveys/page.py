"""The pages of a survey: the form, the thanks, and what stands there when it was answered before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from campaigns.surveys import definition as definitions
from campaigns.surveys import links, queries
from campaigns.surveys.answers import Answer, tapped
from campaigns.surveys.definition import Definition
from campaigns.surveys.fields import fields, prefill
from campaigns.surveys.links import Tap, Visitor
from campaigns.surveys.models import Response, Survey, SurveyVersion
from crm.preferences.recall import Cited, known
from engage.lib import clock, device
from engage.lib.public import embeddable, notice


class Page:
    """The form for one visitor. Whoever has only a link may have it from somebody else: what we know is not shown,
    its questions are left out. On a device that she asked us to remember they are put as "Still right?"."""

    def __init__(self, request: HttpRequest, version: SurveyVersion, visitor: Visitor, at: datetime) -> None:
        self.request, self.version, self.visitor, self.at = request, version, visitor, at
        self.definition: Definition = queries.definition_of(version)

    @cached_property
    def told(self) -> dict[str, Cited]:
        """By preference key, what they told us and is still fresh."""
        if self.visitor.person is None:
            return {}
        person = self.visitor.person.pk
        return known([person], self.definition.keys(), at=self.at).get(person, {})

    @cached_property
    def known(self) -> frozenset[str]:
        """The questions that need no answer."""
        return frozenset(q.id for q in self.definition.questions if q.remember and q.remember.key in self.told)

    @cached_property
    def may_see(self) -> bool:
        person = self.visitor.person
        return person is not None and device.is_known(self.request, str(person.uid), at=self.at)

    def tapped(self, tap: Tap) -> dict[str, Answer]:
        """The answer that the link named, if the question still has it."""
        question = self.definition.question(tap.question)
        given = tapped(question, tap.no) if question and tap.no else None
        return {tap.question: given} if given else {}

    def show(
        self,
        chosen: Mapping[str, Collection[str]],
        *,
        asked: Collection[str],
        errors: Mapping[str, str] | None = None,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """`chosen` is what is filled in; the questions in `asked` are put even if their answer is known."""
        left_out = frozenset() if self.may_see else self.known - frozenset(asked)
        said = self.told if self.may_see else {}
        put = fields(
            self.definition, chosen={**self._said(said), **chosen}, errors=errors or {}, skipped=left_out, said=said
        )
        if not put:
            return self._all_known()
        context = {
            "survey": self.definition,
            "fields": put,
            "form": links.sign_form(self.version, self.visitor, self.at),
            "problem": problem,
            "left_out": len(left_out),
            **links.ways_on(self.visitor.occasion, self.visitor.person, at=self.at),
        }
        response = render(self.request, "surveys/public/page.html", context, status=status)
        return embeddable(response, self.definition.embed_on)

    def _said(self, said: Mapping[str, Cited]) -> dict[str, Collection[str]]:
        return {
            question.id: prefill(question, said[question.remember.key].value)
            for question in self.definition.questions
            if question.remember and question.remember.key in said
        }

    def _memory_url(self) -> str:
        return links.ways_on(self.visitor.occasion, self.visitor.person, at=self.at)["memory_url"]

    def _all_known(self) -> HttpResponse:
        text = _("You have told us all of this already, and we do not ask twice.")
        link = (self._memory_url(), _("See or change what we remember"))
        return notice(self.request, _("Nothing to ask"), text, link=link)


def preview(request: HttpRequest, survey: Survey) -> HttpResponse:
    """The draft with nothing filled in."""
    definition = definitions.parse(survey.draft)
    context = {
        "survey": definition,
        "fields": fields(definition, chosen={}, errors={}),
        **links.ways_on("", None, at=clock.now()),
    }
    return embeddable(render(request, "surveys/public/page.html", context))


@dataclass(frozen=True, slots=True)
class Thanked:
    """One answer on the page that says thank you. `state`: remembered, declined, kept (her own correction stays) or
    nothing, where it is not remembered."""

    given: queries.Given
    state: str


def thanks(request: HttpRequest, response: Response, *, asked: bool = False) -> HttpResponse:
    """What was answered and what becomes of it, each with its "Don't". One query.

    Whoever `asked` to be written to reads the same, whether or not we know the address or sent a mail to it.
    """
    definition = queries.definition_of(response.version)
    states = queries.memory_of(response, definition)
    context = {
        "survey": definition,
        "asked": asked,
        "answers": [Thanked(given, states.get(given.id, "")) for given in queries.given(response, definition)],
        "answered": links.sign_change(response, clock.now()),
        "key": response.survey.key,
        **links.ways_on(response.occasion, response.contact, at=clock.now()),
    }
    return embeddable(render(request, "surveys/public/thanks.html", context), definition.embed_on)


def answered_before(request: HttpRequest, visitor: Visitor, at: datetime) -> HttpResponse:
    """Nothing of the answer is shown: the link may have been handed on."""
    text = _("This was answered before. It counts once.")
    url = links.ways_on(visitor.occasion, visitor.person, at=at)["memory_url"]
    link = (url, _("See or change what we remember")) if url else None
    return notice(request, _("Thank you"), text, link=link)
