"""Reads on surveys: what is asked, what is known already, and what people answered."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import ONE_TAP, Choice, Question, Type
from campaigns.surveys.models import Places, Response, SignUp, Survey, SurveyVersion
from campaigns.surveys.results.narrowing import EVERYBODY, LOOKED_AT, Narrowed, midnight
from campaigns.surveys.taking.answers import tapped
from crm.business.queries import business
from crm.contacts.models import Contact
from crm.preferences.models import Preference
from engage.lib.cursor import Page, page_by_time

BOOL = BooleanField()


def definition_of(version: SurveyVersion) -> Definition:
    """What was published. No query."""
    return parse(version.definition)


def find(key: str) -> Survey | None:
    """The survey with its published version. One query."""
    found = Survey.objects.select_related("current").filter(key=key).first()
    if found and found.current:
        found.current.survey = found
    return found


def open_requests(survey: int, address: str) -> QuerySet[SignUp]:
    """Requests to be written to at this address that wait to be confirmed, none of them made needless. One query."""
    asked = SignUp.objects.filter(survey=survey, address=address)
    settled = asked.aggregate(last=Max("confirmed"))["last"]
    found = asked.filter(confirmed=None).select_related("survey", "version")
    return found.filter(asked__gt=settled) if settled else found


def settled_by(asked: SignUp) -> SignUp | None:
    """The request that was confirmed: this one, or another for the same address, which made it needless. One query."""
    found = SignUp.objects.select_related("version", "survey", "contact").exclude(address="")
    same = Q(survey=asked.survey_id, address=asked.address, confirmed__gte=asked.asked)
    return found.filter(Q(pk=asked.pk, confirmed__isnull=False) | same).order_by("confirmed").first()


def waiting_for(contact: Contact) -> list[SignUp]:
    """What this person asked for and has not confirmed, latest first. One query."""
    found = SignUp.objects.select_related("survey").filter(contact=contact, confirmed=None).exclude(address="")
    return list(found.order_by("-asked"))


def to_ask(contact: Contact) -> list[Survey]:
    """What takes answers, each with `answered`, when this person answered it last, and whether it `signs_up`. One
    query."""
    final = Q(responses__state=Response.State.FINAL, responses__contact=contact)
    found = Survey.objects.filter(state=Survey.State.PUBLISHED).exclude(current=None)
    signs_up = Q(current__definition__questions__contains=[{"type": Type.PERMISSION.value}])
    told = found.annotate(answered=Max("responses__finished", filter=final), signs_up=ExpressionWrapper(signs_up, BOOL))
    return list(told.order_by("title", "pk"))


@dataclass(frozen=True, slots=True)
class Asked:
    """How many asked on a form to be written to, and how many of them confirmed it."""

    asked: int
    confirmed: int

    @property
    def share(self) -> int:
        """Percent."""
        return round(100 * self.confirmed / self.asked) if self.asked else 0


def asked(survey: Survey) -> Asked:
    """One query."""
    return Asked(**survey.sign_ups.aggregate(asked=Count("id", filter=Q(again=False)), confirmed=Count("confirmed")))


def said_on(asked: SignUp) -> list["Given"]:
    """What they answered on the form besides, as it would be remembered: the latest answers. One query."""
    final = Response.objects.filter(survey=asked.survey_id, contact=asked.contact_id, state=Response.State.FINAL)
    response = final.order_by("-id").first()
    return given(response, definition_of(asked.version)) if response else []


def on_occasion(survey: Survey, occasion: str) -> Response | None:
    """What was answered then, in whatever state; the latest where they answered anew. One query."""
    then = Q(occasion=occasion) | Q(occasion__startswith=f"{occasion}~")
    found = Response.objects.select_related("version__survey").filter(then, survey=survey)
    return found.order_by("-id").first()


def apart(survey: Survey) -> dict[str, int]:
    """How many answers there are that do not count, by state. One query."""
    found = Response.objects.filter(survey=survey).exclude(state=Response.State.FINAL)
    return dict(found.values_list("state").annotate(n=Count("id")))


def last_of(survey: Survey, contact: int) -> Response | None:
    """The answer of a person that counts. One query."""
    found = Response.objects.select_related("version__survey").filter(survey=survey, contact=contact)
    return found.filter(state=Response.State.FINAL).order_by("-id").first()


def begun(survey: int, occasion: str) -> Response | None:
    """What earlier pages saved. One query."""
    return Response.objects.filter(survey=survey, occasion=occasion, state=Response.State.BEGUN).first()


def memory_of(response: Response, definition: Definition) -> dict[str, str]:
    """What becomes of each answer, by question id: `remembered`; `declined`, when she said "Don't"; `kept`, where her
    own later correction stands above it. Answers that are not remembered are left out. One query."""
    keys = {q.remember.key: q.id for q in definition.questions if q.remember and q.id in response.answers}
    states = dict.fromkeys(keys.values(), "remembered")
    for preference in Preference.objects.select_related("key").filter(
        Q(state=Preference.State.FORGOTTEN, source_id=str(response.uid))
        | Q(state=Preference.State.ACTIVE, rank=Preference.Rank.CORRECTED, at__gt=response.finished),
        contact=response.contact,
        key__key__in=list(keys),
    ):
        declined = preference.state == Preference.State.FORGOTTEN
        states[keys[preference.key.key]] = "declined" if declined else "kept"
    return states


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was ever asked: each question as it reads now or read last, the ids that were published, and the
    highest number that an answer of each question ever had."""

    questions: dict[str, Question]
    published: frozenset[str]
    used: dict[str, int]


def history(survey: Survey) -> History:
    """One query."""
    versions = [definition_of(version) for version in survey.versions.order_by("number")]
    every = [question for definition in versions for question in definition.questions]
    published = frozenset(question.id for question in every)
    every += parse(survey.draft).questions
    used: dict[str, int] = {}
    for question in every:
        used[question.id] = max(
            [used.get(question.id, 0), *(choice.no for choice in (*question.choices, *question.rows))]
        )
    return History({question.id: question for question in every}, published, used)


def reworded(survey: Survey) -> set[str]:
    """The questions that were published in different words. One query."""
    texts: dict[str, set[str]] = {}
    for version in survey.versions.all():
        for question in definition_of(version).questions:
            texts.setdefault(question.id, set()).add(question.text)
    return {id for id, said in texts.items() if len(said) > 1}


@dataclass(frozen=True, slots=True)
class OneTap:
    """A question that a mail can ask. `preference` is the key it is remembered as, '' if it is not."""

    survey: str
    question: str
    text: str
    answers: tuple[Choice, ...]
    preference: str
    type: Type
    values: tuple[str, ...] = ()
    """Of the answers, as they are counted and remembered."""


def one_taps(surveys: Collection[str]) -> dict[str, OneTap]:
    """For each published survey its first question that one tap answers, by survey key. One query."""
    found = Survey.objects.filter(key__in=list(surveys), state=Survey.State.PUBLISHED).select_related("current")
    taps = {survey.key: _one_tap(survey.key, survey.current) for survey in found if survey.current}
    return {key: tap for key, tap in taps.items() if tap}


def published_titles() -> list[tuple[str, str]]:
    """The key and the title of each survey that takes answers. One query."""
    return list(Survey.objects.filter(state=Survey.State.PUBLISHED).order_by("pk").values_list("key", "title"))


def titles_of(surveys: Collection[str]) -> dict[str, str]:
    """The titles of those that take answers, by key. One query, none for none."""
    if not surveys:
        return {}
    found = Survey.objects.filter(key__in=list(surveys), state=Survey.State.PUBLISHED)
    return dict(found.values_list("key", "title"))


def published_questions() -> list[tuple[str, str]]:
    """The id and the words of each question of those, with the title of its survey. One query."""
    found = Survey.objects.filter(state=Survey.State.PUBLISHED).exclude(current=None).select_related("current")
    asked = (
        (survey, question) for survey in found if survey.current for question in definition_of(survey.current).asking
    )
    return list(
        {question.id: (question.id, f"{question.text} · {survey.title}") for survey, question in asked}.values()
    )


def _one_tap(survey: str, version: SurveyVersion) -> OneTap | None:
    for question in definition_of(version).questions:
        if question.type in ONE_TAP:
            key = question.remember.key if question.remember else ""
            answers = question.options()
            values = tuple(given.value for one in answers if (given := tapped(question, str(one.no))))
            return OneTap(survey, question.id, question.text, answers, key, question.type, values)
    return None


ASKS = Q(draft__questions__contains=[{"type": Type.PERMISSION.value}])
"""Surveys that ask for permission: sign-up forms."""

TAKEN = Subquery(Places.objects.filter(survey=OuterRef("pk"), key="").values("taken")[:1])
"""How many places are taken of those for everybody; None where there is no end of them."""


def listed() -> QuerySet[Survey]:
    """All surveys but the sign-up forms, newest first, with the time of the `last` answer and, where there is an end of
    them, how many places are `taken`. One query."""
    final = Response.objects.filter(survey=OuterRef("pk"), state=Response.State.FINAL).order_by("-id")
    last = Subquery(final.values("finished")[:1])
    return Survey.objects.exclude(ASKS).annotate(last=last, taken=TAKEN).order_by("-created", "-id")


def sign_up_forms() -> list[tuple[Survey, Asked]]:
    """Newest first, each with its counts. One query."""
    first = Count("sign_ups", filter=Q(sign_ups__again=False))
    counts = {"asked": first, "confirmed": Count("sign_ups__confirmed")}
    found = Survey.objects.filter(ASKS).annotate(taken=TAKEN, **counts).order_by("-created", "-id")
    return [(form, Asked(form.asked, form.confirmed)) for form in found]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was asked and given. `free`: in their own words, and not chosen among ours."""

    id: str
    question: str
    words: str
    free: bool
    photo: str = ""
    """The public id of one."""
    hidden: bool = False
    """Brought by the link, and not said."""


def given(response: Response, definition: Definition) -> list[Given]:
    """The answers in the order of `definition`; those to questions that it no longer asks come last. No query."""
    order = {question.id: place for place, question in enumerate(definition.questions)}
    ids = sorted(response.answers, key=lambda id: (order.get(id, len(order)), id))
    return [_given(id, response.answers[id], definition.question(id)) for id in ids]


def _given(id: str, kept: dict, question: Question | None) -> Given:
    free = question is not None and kind_of(question).free
    photo = kept["value"] if question and question.type is Type.PHOTO else ""
    hidden = question is not None and question.type is Type.HIDDEN
    return Given(id, kept["question"], kept["words"], free, photo, hidden)


def responses(
    survey: Survey, narrowed: Narrowed = EVERYBODY, *, at: datetime, cursor: str = "", size: int = 20
) -> Page[Response]:
    """A page of final answers with the person, latest first; of a group among the latest 20,000. One query. Raises
    InvalidRule, NoEventAtHand."""
    final = Response.objects.select_related("contact").filter(survey=survey, state=Response.State.FINAL)
    return page_by_time(narrow(final, survey, narrowed, at=at), cursor, field="finished", size=size)


def narrow(found: QuerySet[Response], survey: Survey, narrowed: Narrowed, *, at: datetime) -> QuerySet[Response]:
    """Those answers of a survey that are looked at; of a group among the latest 20,000. No query."""
    zone = ZoneInfo(business().timezone)
    if narrowed.since:
        found = found.filter(finished__gte=midnight(narrowed.since, zone))
    if narrowed.until and narrowed.until < date.max:
        found = found.filter(finished__lt=midnight(narrowed.until + timedelta(days=1), zone))
    if narrowed.language:
        found = found.filter(language=narrowed.language)
    if narrowed.origin:
        found = found.filter(origin=narrowed.origin)
    return found.filter(pk__in=_of_group(survey, narrowed, at)) if narrowed.group else found


def _of_group(survey: Survey, narrowed: Narrowed, at: datetime) -> RawSQL:
    rows, values = narrowed.of_answers
    people, more = narrowed.of_people(at)
    named = {"survey": survey.pk, "most": LOOKED_AT, **values, **more}
    query = f"""
        SELECT r.id FROM (
            SELECT id, contact_id FROM campaigns_surveys_response
            WHERE survey_id = %(survey)s AND state = 'final' {rows} ORDER BY finished DESC LIMIT %(most)s
        ) AS r WHERE TRUE {people}
    """  # noqa: S608 compiled; its values stand beside it
    in_order: list[Any] = []

    def place(found: re.Match[str]) -> str:
        in_order.append(named[found[1]])
        return "%s"

    return RawSQL(re.sub(r"%\((\w+)\)s", place, query), in_order)  # noqa: S611 the same


def titles() -> tuple[tuple[str, str], ...]:
    """Every survey that was published, as (key, title): what a rule may speak of. One query."""
    return tuple(Survey.objects.exclude(current=None).order_by("title", "id").values_list("key", "title"))


def questions() -> tuple[tuple[str, str], ...]:
    """Every question ever published, as (key of its survey/its id, survey and words): the newest words. One query."""
    found: dict[str, str] = {}
    versions = SurveyVersion.objects.order_by("survey__title", "survey", "number").select_related("survey")
    for version in versions:
        for question in definition_of(version).asking:
            found[f"{version.survey.key}/{question.id}"] = f"{version.survey.title}: {question.text}"
    return tuple(found.items())
