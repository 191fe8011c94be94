"""What people say most often in their own words."""

from collections import defaultdict
from datetime import datetime

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.questions import OF_THE_PERSON, Question
from campaigns.surveys.models import Survey
from campaigns.surveys.results.narrowing import EVERYBODY, Narrowed
from engage.lib import sql

LATEST = 1_000
"""Answers that are looked at."""
LEAST, MOST = 3, 10
"""Fewer people say little of many; more words are no picture."""


def is_open(question: Question) -> bool:
    """Answered in words that are nobody's address."""
    return kind_of(question).free and question.type not in OF_THE_PERSON


def frequent(
    survey: Survey, definition: Definition, narrowed: Narrowed = EVERYBODY, *, at: datetime
) -> dict[str, list[tuple[str, int]]]:
    """By open question its words and how many people used each, of the latest answers, without those that say nothing
    in English or Spanish. One query; none where there is no such question. Raises InvalidRule, NoEventAtHand."""
    asked = [question.id for question in definition.asking if is_open(question)]
    if not asked:
        return {}
    rows, values = narrowed.of_answers
    people, more = narrowed.of_people(at)
    named = {"survey": survey.pk, "asked": asked, "latest": LATEST, "least": LEAST, **values, **more}
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for question, word, count in sql.rows(_FREQUENT.format(rows=rows, people=people), named):
        if len(found[question]) < MOST:
            found[question].append((word, count))
    return dict(found)


_FREQUENT = """
    WITH looked AS MATERIALIZED (
        SELECT id, contact_id, answers FROM campaigns_surveys_response
        WHERE survey_id = %(survey)s AND state = 'final' {rows} ORDER BY finished DESC LIMIT %(latest)s
    ), said AS (
        SELECT DISTINCT r.id, a.key AS question, lower(found[1]) AS word
        FROM looked AS r, jsonb_each(r.answers) AS a (key, given),
            regexp_matches(left(a.given ->> 'words', 2000), '[[:alpha:]]{{3,}}', 'g') AS found
        WHERE a.key = ANY(%(asked)s) {people}
    )
    SELECT question, word, count(*) FROM said
    WHERE ts_lexize('english_stem', word) <> '{{}}' AND ts_lexize('spanish_stem', word) <> '{{}}'
    GROUP BY question, word HAVING count(*) >= %(least)s ORDER BY count(*) DESC, word
"""
