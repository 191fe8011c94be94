"""What came of a survey, counted: from counts by day, or, of a group, from the latest answers one by one."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count as Counted

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.kinds.kind import Tally
from campaigns.surveys.asked.questions import Question
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.origins import way_of
from campaigns.surveys.results.counting import ALL, EVER, TIME, day_of, seconds_of
from campaigns.surveys.results.measuring import Measure, Sums, measures
from campaigns.surveys.results.narrowing import EVERYBODY, LOOKED_AT, Narrowed
from engage.lib import clock, sql

FIRST = EVER + timedelta(days=1)
COMPARED = 30
"""Days that are compared with as many before, where no days were chosen."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question."""

    question: Question
    answered: int
    tally: Tally
    measures: list[Measure]


class Compared(NamedTuple):
    """Days, the first and the last of them, and as many before."""

    since: date
    until: date

    @property
    def before(self) -> date:
        """The first day of the time before."""
        return self.since - (self.until - self.since) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Results:
    """How many answered, tapped in a mail without confirming, began without sending, and were screened out; how long
    it took most of them, in seconds. `cut`: only the latest answers were looked at."""

    answered: int
    unconfirmed: int
    begun: int
    screened: int
    questions: list[Result]
    took: float | None
    days: dict[date, int]
    compared: Compared
    lately: int
    """Of `answered`, those of the days that are compared."""
    cut: bool = False


def results(
    survey: Survey, definition: Definition, narrowed: Narrowed = EVERYBODY, *, at: datetime | None = None
) -> Results:
    """Counts over all versions, by question id and the number of the answer. Two queries.

    Raises InvalidRule, NoEventAtHand for a group that cannot be asked of people.
    """
    at = at or clock.now()
    until = narrowed.until or day_of(at)
    compared = Compared(narrowed.since or until - timedelta(days=COMPARED - 1), until)
    times = [defaultdict[str, Sums](Sums) for _time in range(3)]
    days: dict[date, int] = {}
    looked = 0
    for question, no, day, *sums in sql.rows(*_asked(survey, narrowed, compared, at)):
        if day:
            days[day] = days.get(day, 0) + int(sums[0])
        elif no == _LOOKED:
            looked = sums[0]
        else:
            for place, time in enumerate(times):
                _add(time[question], no, *sums[3 * place : 3 * place + 3])
    states = _aside(survey, narrowed)
    return Results(
        answered=times[0][""].chosen[ALL],
        unconfirmed=states[Response.State.PROVISIONAL],
        begun=states[Response.State.BEGUN],
        screened=states[Response.State.SCREENED],
        questions=[_result(question, *(time[question.id] for time in times)) for question in definition.asking],
        took=_median(times[0][""].chosen),
        days=dict(sorted(days.items())),
        compared=compared,
        lately=times[1][""].chosen[ALL],
        cut=looked >= LOOKED_AT,
    )


def ways(survey: Survey) -> tuple[list[str], list[str]]:
    """In which languages people answered, and where they came from but for links that were passed on. One query."""
    found = sql.rows(
        """
        SELECT DISTINCT language, origin FROM campaigns_surveys_count
        WHERE survey_id = %(survey)s AND question = '' AND no = 'all' AND day = %(ever)s
        UNION SELECT language, origin FROM campaigns_surveys_uncounted WHERE survey_id = %(survey)s
        """,
        {"survey": survey.pk, "ever": EVER},
    )
    return sorted({language for language, _ in found if language}), sorted(
        {origin for _, origin in found if origin == way_of(origin) and origin}
    )


def answered(surveys: Collection[int]) -> dict[int, int]:
    """How many answered each of them. One query."""
    return dict(
        sql.rows(
            """
            SELECT survey_id, sum(n)::bigint FROM (
                SELECT survey_id, n FROM campaigns_surveys_count
                WHERE survey_id = ANY(%(surveys)s) AND question = '' AND no = 'all' AND day = %(ever)s
                UNION ALL SELECT survey_id, sign FROM campaigns_surveys_uncounted WHERE survey_id = ANY(%(surveys)s)
            ) AS t GROUP BY survey_id
            """,
            {"surveys": list(surveys), "ever": EVER},
        )
    )


def _result(question: Question, all: Sums, recent: Sums, before: Sums) -> Result:
    tally = kind_of(question).tally(question, all.chosen, all.answered)
    return Result(question, all.answered, tally, measures(question, all, recent, before))


def _add(sums: Sums, no: str, n: int | None, total: Decimal | None, squares: Decimal | None) -> None:
    sums.chosen[no] += int(n or 0)
    sums.total += float(total or 0)
    sums.squares += float(squares or 0)


def _median(chosen: Counter[str]) -> float | None:
    """Of the seconds that it took."""
    times = sorted((seconds_of(no), count) for no, count in chosen.items() if no.startswith(TIME) and count > 0)
    half, seen = sum(count for _seconds, count in times) / 2, 0
    for seconds, count in times:
        seen += count
        if seen >= half:
            return seconds
    return None


def _aside(survey: Survey, narrowed: Narrowed) -> Counter[str]:
    """What does not count, by state. One query; nothing where days or people are chosen, which it has none of."""
    if narrowed.since or narrowed.until or narrowed.group:
        return Counter()
    found = Response.objects.filter(survey=survey).exclude(state=Response.State.FINAL)
    if narrowed.language:
        found = found.filter(language=narrowed.language)
    if narrowed.origin:
        found = found.filter(origin=narrowed.origin)
    return Counter(dict(found.values_list("state").annotate(n=Counted("id"))))


_LOOKED = "looked"

_ALL = """
        sum(n) FILTER (WHERE day >= %(since)s AND day <= %(until)s),
        sum(total) FILTER (WHERE day >= %(since)s AND day <= %(until)s),
        sum(squares) FILTER (WHERE day >= %(since)s AND day <= %(until)s)"""
_NONE = "NULL::numeric, NULL::numeric, NULL::numeric"
_COMPARED = """
        sum(n) FILTER (WHERE day >= %(recent)s), sum(total) FILTER (WHERE day >= %(recent)s),
        sum(squares) FILTER (WHERE day >= %(recent)s),
        sum(n) FILTER (WHERE day >= %(before)s AND day < %(recent)s),
        sum(total) FILTER (WHERE day >= %(before)s AND day < %(recent)s),
        sum(squares) FILTER (WHERE day >= %(before)s AND day < %(recent)s)"""
_BY_ANSWER = f"""
    SELECT question, no, NULL::date AS day, {_ALL}, {_COMPARED} FROM {{source}} AS t GROUP BY question, no
"""  # noqa: S608 ours
_BY_DAY = f"""
    SELECT '', '', day, sum(n), NULL::numeric, NULL::numeric, {_NONE}, {_NONE} FROM {{source}} AS t
    WHERE question = '' AND no = 'all' AND day >= %(since)s AND day <= %(until)s {{more}} GROUP BY day
"""  # noqa: S608 ours

_KEPT = """(SELECT question, no, day, n, total, squares FROM campaigns_surveys_count
    WHERE survey_id = %(survey)s AND day >= %(from)s AND day <= %(until)s {rows})"""
_NEW = """(SELECT m ->> 0 AS question, m ->> 1 AS no, day, sign AS n, sign * (m ->> 2)::numeric AS total,
        sign * (m ->> 2)::numeric ^ 2 AS squares
    FROM campaigns_surveys_uncounted, jsonb_array_elements(marks) AS m
    WHERE survey_id = %(survey)s AND day <= %(until)s {rows})"""
_EVER = f"""
    SELECT question, no, NULL::date, sum(n), sum(total), sum(squares), {_NONE}, {_NONE}
    FROM campaigns_surveys_count WHERE survey_id = %(survey)s AND day = %(ever)s {{rows}} GROUP BY question, no
"""  # noqa: S608 ours


_OF_GROUP = """
    WITH looked AS MATERIALIZED (
        SELECT contact_id, day, marks FROM campaigns_surveys_response
        WHERE survey_id = %(survey)s AND state = 'final' AND marks IS NOT NULL {rows}
        ORDER BY finished DESC LIMIT %(most)s
    ), t AS (
        SELECT m ->> 0 AS question, m ->> 1 AS no, r.day, 1 AS n, (m ->> 2)::numeric AS total,
            (m ->> 2)::numeric ^ 2 AS squares
        FROM looked AS r, jsonb_array_elements(r.marks) AS m WHERE TRUE {people}
    )
"""
_HOW_MANY = f"SELECT '', 'looked', NULL::date, count(*), NULL, NULL, {_NONE}, {_NONE} FROM looked"  # noqa: S608 ours


def _asked(survey: Survey, narrowed: Narrowed, compared: Compared, at: datetime) -> tuple[str, dict[str, Any]]:
    earlier = replace(narrowed, since=compared.before) if narrowed.since else narrowed
    rows, values = earlier.of_answers if narrowed.group else earlier.of_rows
    people, more = narrowed.of_people(at)
    named = {
        "survey": survey.pk,
        "since": narrowed.since or FIRST,
        "until": compared.until,
        "recent": compared.since,
        "before": compared.before,
        "from": FIRST if narrowed.until and not narrowed.since else compared.before,
        "ever": EVER,
        "most": LOOKED_AT,
        **values,
        **more,
    }
    if narrowed.group:
        parts = [_BY_ANSWER.format(source="t"), _BY_DAY.format(source="t", more=""), _HOW_MANY]
        return _OF_GROUP.format(rows=rows, people=people) + " UNION ALL ".join(parts), named
    return " UNION ALL ".join(_from_counts(narrowed, rows)), named


def _from_counts(narrowed: Narrowed, rows: str) -> list[str]:
    """What was added up and what was not yet. All of a survey was added up once more: of its days only those that are
    compared are read then."""
    kept, new = _KEPT.format(rows=rows), _NEW.format(rows=rows)
    by_answer = _BY_ANSWER.format(source=kept)
    if not (narrowed.since or narrowed.until):
        by_answer = f"{_EVER.format(rows=rows)} UNION ALL {by_answer.replace(_ALL, f' {_NONE}')}"
    of_days = f" AND survey_id = %(survey)s AND day > %(ever)s {rows}"
    return [
        by_answer,
        _BY_ANSWER.format(source=new),
        _BY_DAY.format(source="campaigns_surveys_count", more=of_days),
        _BY_DAY.format(source=new, more=""),
    ]
