"""Reads on surveys: what is asked, what is known already, and what people answered."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, QuerySet

from campaigns.surveys import definition as definitions
from campaigns.surveys.definition import ONE_TAP, Choice, Definition, Question, Type
from campaigns.surveys.models import Response, Survey, SurveyVersion
from crm.preferences.models import Preference
from engage.lib import sql


def definition_of(version: SurveyVersion) -> Definition:
    """What was published. No query."""
    return definitions.parse(version.definition)


def find(key: str) -> Survey | None:
    """The survey with its published version. One query."""
    return Survey.objects.select_related("current").filter(key=key).first()


def is_answered(survey: Survey, occasion: str) -> bool:
    """Whether this occasion has its final answer. One query."""
    return Response.objects.filter(survey=survey, occasion=occasion, state=Response.State.FINAL).exists()


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
    every += definitions.parse(survey.draft).questions
    used: dict[str, int] = {}
    for question in every:
        used[question.id] = max([used.get(question.id, 0), *(choice.no for choice in question.choices)])
    return History({question.id: question for question in every}, published, used)


@dataclass(frozen=True, slots=True)
class OneTap:
    """A question that a mail can ask. `preference` is the key it is remembered as, '' if it is not."""

    survey: str
    question: str
    text: str
    answers: tuple[Choice, ...]
    preference: str


def one_taps(surveys: Collection[str]) -> dict[str, OneTap]:
    """For each published survey its first question that one tap answers, by survey key. One query."""
    found = Survey.objects.filter(key__in=list(surveys), state=Survey.State.PUBLISHED).select_related("current")
    taps = {survey.key: _one_tap(survey.key, survey.current) for survey in found if survey.current}
    return {key: tap for key, tap in taps.items() if tap}


def _one_tap(survey: str, version: SurveyVersion) -> OneTap | None:
    for question in definition_of(version).questions:
        if question.type in ONE_TAP:
            key = question.remember.key if question.remember else ""
            return OneTap(survey, question.id, question.text, question.options(), key)
    return None


def listed() -> QuerySet[Survey]:
    """All surveys, newest first, with `answered` and `last`. One query."""
    final = Q(responses__state=Response.State.FINAL)
    return Survey.objects.annotate(
        answered=Count("responses", filter=final), last=Max("responses__finished", filter=final)
    ).order_by("-created", "-id")


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    share: int
    """Percent of those who answered this question."""


@dataclass(slots=True)
class Result:
    """What came of one question. `bars` for what can be counted, `words` for what must be read."""

    question: Question
    answered: int = 0
    bars: list[Bar] = field(default_factory=list)
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Results:
    answered: int
    unconfirmed: int
    questions: list[Result]


def results(survey: Survey, definition: Definition) -> Results:
    """Counts over all versions, by question id and the number of the answer. Two queries."""
    states = dict(Response.objects.filter(survey=survey).values_list("state").annotate(n=Count("id")))
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    answered: Counter[str] = Counter()
    countable = [question.id for question in definition.questions if question.options()]
    for id, no, count, people in sql.rows(
        """
        SELECT a.key, c.no, count(*), count(*) FILTER (WHERE c.place = 1)
        FROM campaigns_surveys_response AS r, jsonb_each(r.answers) AS a(key, given),
            jsonb_array_elements_text(CASE WHEN a.key = ANY(%s) THEN a.given -> 'chosen' ELSE '[""]' END)
                WITH ORDINALITY AS c(no, place)
        WHERE r.survey_id = %s AND r.state = 'final'
        GROUP BY a.key, c.no
        """,
        [countable, survey.pk],
    ):
        chosen[id][no] += count
        answered[id] += people
    return Results(
        answered=states.get(Response.State.FINAL, 0),
        unconfirmed=states.get(Response.State.PROVISIONAL, 0),
        questions=[_result(question, chosen[question.id], answered[question.id]) for question in definition.questions],
    )


def _result(question: Question, chosen: Counter[str], answered: int) -> Result:
    bars = [
        Bar(option.label, chosen[str(option.no)], round(100 * chosen[str(option.no)] / answered) if answered else 0)
        for option in question.options()
    ]
    mean = None
    if question.type is Type.STARS and answered:
        mean = sum(int(no) * count for no, count in chosen.items()) / answered
    return Result(question, answered, bars, mean)


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was asked and given. `free`: in their own words, and not chosen among ours."""

    id: str
    question: str
    words: str
    free: bool


def given(response: Response, definition: Definition) -> list[Given]:
    """The answers in the order of `definition`; those to questions that it no longer asks come last. No query."""
    order = {question.id: place for place, question in enumerate(definition.questions)}
    ids = sorted(response.answers, key=lambda id: (order.get(id, len(order)), id))
    return [_given(id, response.answers[id], definition.question(id)) for id in ids]


def _given(id: str, kept: dict, question: Question | None) -> Given:
    return Given(id, kept["question"], kept["words"], free=question is not None and not question.options())


def responses(survey: Survey, *, before: int | None = None, size: int = 20) -> list[Response]:
    """Final answers with the person, latest first; `before` is the last id of the page above. One query."""
    found = Response.objects.select_related("contact").filter(survey=survey, state=Response.State.FINAL)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-id")[:size])


def titles() -> tuple[tuple[str, str], ...]:
    """Every survey that was published, as (key, title): what a rule may speak of. One query."""
    return tuple(Survey.objects.exclude(current=None).order_by("title", "id").values_list("key", "title"))


def questions() -> tuple[tuple[str, str], ...]:
    """Every question ever published, as (key of its survey/its id, survey and words): the newest words. One query."""
    found: dict[str, str] = {}
    versions = SurveyVersion.objects.order_by("survey__title", "survey", "number").select_related("survey")
    for version in versions:
        for question in definition_of(version).questions:
            found[f"{version.survey.key}/{question.id}"] = f"{version.survey.title}: {question.text}"
    return tuple(found.items())
