"""What is counted of the answers, kept so that a million of them are read in an instant.

A response has its marks: `[question, no, number]`, the question '' for what counts of the whole. A trigger writes what
became final into a table of what is uncounted, in the same transaction, so that nobody waits for anybody; and what is
final no more, changed, or erased with the other sign. What they said in their own words it keeps beside it. The sweep
adds those rows up into counts by day, origin and language. Reading adds the rest itself, so that the sums are always
those of all answers.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.kinds.kind import Mark
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import OF_THE_PERSON, SCALES
from campaigns.surveys.models import Response
from crm.business.queries import business
from engage.lib import sql

ALL = "all"
"""Each response has it once."""

SAID = "said"
"""An answer in their own words: the trigger keeps them as a `Saying`."""

SCORE = "score"
"""Of the whole: the number on its first scale."""

TIME = "t:"
_STEP = math.log(1.25)
"""Times are counted in classes, each a quarter longer than the one before: what is read from them is right to 12 %."""

EVER = date.min
"""The day under which everything of a survey is counted once more, so that all of it is read as fast as a day."""

SLICE = 2_000
SLICES = 100


def marks_of(definition: Definition, answers: Mapping[str, Any], took: timedelta | None) -> list[Mark]:
    """What counts of a response: that it is there, how long it took, each question that was answered, and how."""
    found: list[Mark] = [("", ALL, None)]
    if took is not None and took > timedelta(0):
        found.append(("", f"{TIME}{int(math.log(1 + took.total_seconds()) / _STEP)}", None))
    for question in definition.asking:
        if given := answers.get(question.id):
            found.append((question.id, "", None))
            found += [(question.id, no, number) for no, number in kind_of(question).marks(question, given)]
            if kind_of(question).free and question.type not in OF_THE_PERSON:
                found.append((question.id, SAID, None))
    scores = (str(answers.get(one.id, {}).get("value", "")) for one in definition.asking if one.type in SCALES)
    score = next((said for said in scores if said.isdecimal()), "")
    return [*found, ("", SCORE, score)] if score else found


def counted(definition: Definition, answers: Mapping[str, Any], *, began: datetime | None, at: datetime) -> tuple:
    """The columns `day` and `marks` of a response that is finished."""
    return day_of(at), sql.document(marks_of(definition, answers, at - began if began else None))


def seconds_of(no: str) -> float:
    """The middle of a class of times."""
    return math.exp((int(no.removeprefix(TIME)) + 0.5) * _STEP) - 1


def day_of(at: datetime) -> date:
    """The shop's."""
    return at.astimezone(ZoneInfo(business().timezone)).date()


_ADD = """INSERT INTO campaigns_surveys_uncounted (survey_id, day, origin, language, sign, marks)
    SELECT survey_id, day, origin, language, %s, marks"""


def sweep() -> None:
    """Add up what is uncounted, in slices; and count what has no marks yet."""
    for _slice in range(SLICES):
        if not fold(SLICE):
            break
    for _slice in range(SLICES):
        if not mark(SLICE):
            break


def fold(size: int) -> int:
    """Add up to `size` rows to the counts; how many. Two at once take different rows. One statement."""
    ((taken,),) = sql.rows(_FOLD, [size])
    return taken


_FOLD = """
    WITH taken AS (
        DELETE FROM campaigns_surveys_uncounted WHERE id IN (
            SELECT id FROM campaigns_surveys_uncounted ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING *
    ), sums AS (
        SELECT survey_id, m ->> 0 AS question, m ->> 1 AS no, on_day, origin, language, sum(sign) AS n,
            sum(sign * (m ->> 2)::numeric) AS total, sum(sign * (m ->> 2)::numeric ^ 2) AS squares
        FROM taken JOIN campaigns_surveys_survey AS s ON s.id = survey_id
            CROSS JOIN LATERAL jsonb_array_elements(marks) AS m
            CROSS JOIN LATERAL unnest(ARRAY[day, '0001-01-01'::date]) AS on_day
        GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ), added AS (
        INSERT INTO campaigns_surveys_count AS c
            (survey_id, question, no, day, origin, language, n, total, squares)
        SELECT * FROM sums
        ON CONFLICT (survey_id, question, no, day, origin, language) DO UPDATE SET n = c.n + excluded.n,
            total = c.total + excluded.total, squares = c.squares + excluded.squares
    )
    SELECT count(*) FROM taken
"""


def mark(size: int) -> int:
    """Give marks to up to `size` final responses that have none, and count them; how many."""
    without = Response.objects.filter(state=Response.State.FINAL, marks__isnull=True)
    rows = [
        {
            "id": one.pk,
            "day": day_of(one.finished or one.started).isoformat(),
            "marks": marks_of(parse(one.version.definition), one.answers, None),
        }
        for one in without.select_related("version").order_by("pk")[:size]
    ]
    if rows:
        sql.run(_MARK, [sql.document(rows)])
    return len(rows)


_MARK = """
    UPDATE campaigns_surveys_response AS r SET day = g.day, marks = g.marks
    FROM jsonb_to_recordset(%s) AS g (id bigint, day date, marks jsonb)
    WHERE r.id = g.id AND r.state = 'final' AND r.marks IS NULL
"""


def count_anew() -> None:
    """All counts from all responses, whose times may have been moved. For seeds and for mending."""
    sql.run(
        "UPDATE campaigns_surveys_response SET day = (finished AT TIME ZONE %s)::date "
        "WHERE state = 'final' AND day IS DISTINCT FROM (finished AT TIME ZONE %s)::date",
        [business().timezone] * 2,
    )
    sql.run("DELETE FROM campaigns_surveys_uncounted")
    sql.run("DELETE FROM campaigns_surveys_count")
    sql.run(f"{_ADD} FROM campaigns_surveys_response WHERE state = 'final' AND marks IS NOT NULL", [1])
    while fold(SLICE) or mark(SLICE):
        pass


def forget_empty() -> None:
    """Counts that came to nothing because what they counted was erased. One statement."""
    sql.run("DELETE FROM campaigns_surveys_count WHERE n = 0")
