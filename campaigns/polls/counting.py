"""What came of a poll: people, each once, counted as they are at this moment."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from campaigns.polls.models import Poll
from campaigns.surveys import queries
from campaigns.surveys.asked.questions import Question
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Response, Survey
from engage.lib import sql

_PEOPLE = """
    SELECT DISTINCT ON (r.contact_id) r.id, a.given -> 'chosen' ->> 0 AS no
    FROM campaigns_surveys_response AS r, LATERAL (SELECT r.answers -> %(question)s AS given) AS a
    WHERE r.survey_id = %(survey)s AND r.state = 'final' AND a.given IS NOT NULL
    ORDER BY r.contact_id, r.id DESC
"""
"""Who became one person by a merge has one vote, the later one; two again when that is undone."""

_LAST = 2**62


@dataclass(frozen=True, slots=True)
class Bar:
    no: int
    label: str
    votes: int
    share: int
    """In whole per cent of all votes."""


@dataclass(frozen=True, slots=True)
class Standing:
    question: Question
    bars: list[Bar]
    votes: int
    is_over: bool
    closes: datetime | None


def question_of(poll: Poll) -> Question:
    """What is asked, as it is published. One query where the version is not at hand."""
    assert poll.survey.current is not None
    return queries.definition_of(poll.survey.current).asking[0]


def is_over(poll: Poll, at: datetime) -> bool:
    return poll.survey.state != Survey.State.PUBLISHED or parse_limits(poll.survey.limits).is_late(at)


def standing(poll: Poll, at: datetime) -> Standing:
    """One query."""
    question = question_of(poll)
    params = {"question": question.id, "survey": poll.survey_id}
    counted = Counter(dict(sql.rows(f"SELECT no, count(*) FROM ({_PEOPLE}) AS p GROUP BY no", params)))  # noqa: S608 ours
    votes = sum(counted.values())
    bars = [
        Bar(one.no, one.label, n := counted[str(one.no)], round(100 * n / votes) if votes else 0)
        for one in question.options()
    ]
    closes = parse_limits(poll.survey.limits).closes
    return Standing(question, bars, votes, is_over(poll, at), closes)


def may_see(poll: Poll, *, voted: bool, over: bool) -> bool:
    match Poll.Shows(poll.shows):
        case Poll.Shows.ALWAYS:
            return True
        case Poll.Shows.AFTER:
            return voted or over
        case _:
            return over


def voters(poll: Poll, *, before: int | None = None, size: int = 50) -> list[Response]:
    """The people and what they chose, the latest first; `before` is the last id of the page above. Two queries."""
    params = {"question": question_of(poll).id, "survey": poll.survey_id, "before": before or _LAST, "size": size}
    page = f"SELECT id FROM ({_PEOPLE}) AS p WHERE id < %(before)s ORDER BY id DESC LIMIT %(size)s"  # noqa: S608 ours
    found = Response.objects.select_related("contact").in_bulk([row[0] for row in sql.rows(page, params)])
    return [found[pk] for pk in sorted(found, reverse=True)]
