"""What came of a survey, counted."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count

from campaigns.surveys.definition import Definition
from campaigns.surveys.kinds import kind_of
from campaigns.surveys.kinds.kind import Tally
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.questions import Question
from engage.lib import sql


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question."""

    question: Question
    answered: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Results:
    """How many answered, tapped in a mail without confirming, began without sending, and were screened out."""

    answered: int
    unconfirmed: int
    begun: int
    screened: int
    questions: list[Result]


def results(survey: Survey, definition: Definition) -> Results:
    """Counts over all versions, by question id and the number of the answer. Two queries."""
    states = dict(Response.objects.filter(survey=survey).values_list("state").annotate(n=Count("id")))
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    answered: Counter[str] = Counter()
    countable = [question.id for question in definition.asking if kind_of(question).counted]
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
        chosen[id][f"1:{no}"] += people
        answered[id] += people
    return Results(
        answered=states.get(Response.State.FINAL, 0),
        unconfirmed=states.get(Response.State.PROVISIONAL, 0),
        begun=states.get(Response.State.BEGUN, 0),
        screened=states.get(Response.State.SCREENED, 0),
        questions=[_result(question, chosen[question.id], answered[question.id]) for question in definition.asking],
    )


def _result(question: Question, chosen: Counter[str], answered: int) -> Result:
    return Result(question, answered, kind_of(question).tally(question, chosen, answered))
