"""Two questions against each other, from the latest answers."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.kinds.choosing import ELSE
from campaigns.surveys.asked.questions import CHOSEN, SCALES, Question, Type
from campaigns.surveys.models import Survey
from campaigns.surveys.results.narrowing import EVERYBODY, LOOKED_AT, Narrowed
from engage.lib import sql

SMALL = 5
"""A cell with fewer says little, and may tell who it is."""

CROSSED = frozenset({*CHOSEN, *SCALES, Type.YES_NO}) - {Type.RANKING, Type.MATRIX}


@dataclass(frozen=True, slots=True)
class Cell:
    """`share`: percent of those in its row."""

    count: int
    share: int

    @property
    def small(self) -> bool:
        return 0 < self.count < SMALL

    @property
    def shade(self) -> float:
        return round(self.share / 100, 2)


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    people: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Crossed:
    """`both` answered both questions; `cut`: only the latest answers were looked at."""

    columns: list[str]
    rows: list[Row]
    both: int
    cut: bool

    @property
    def small(self) -> bool:
        return any(cell.small for row in self.rows for cell in row.cells)


def crossable(definition: Definition) -> list[Question]:
    """The questions with few different answers."""
    return [question for question in definition.asking if question.type in CROSSED]


def cross(
    survey: Survey, down: Question, across: Question, narrowed: Narrowed = EVERYBODY, *, at: datetime, other: str
) -> Crossed:
    """How those who gave each answer of one question answered the other; `other` is what something else is called. One
    query, whose cost has an end. Raises InvalidRule, NoEventAtHand."""
    rows, values = narrowed.of_answers
    people, more = narrowed.of_people(at)
    found = sql.rows(
        _CROSS.format(rows=rows, people=people),
        {
            "survey": survey.pk,
            "most": LOOKED_AT,
            "down": down.id,
            "across": across.id,
            **values,
            **more,
        },
    )
    counts = {(one, another): count for one, another, count in found if one and another}
    each = {one: count for one, another, count in found if one and not another}
    both, looked = next((int(both), looked) for none, both, looked in found if none is None)
    columns = _options(across, other)
    return Crossed(
        [label for _no, label in columns],
        [_row(no, label, columns, counts, each.get(no, 0)) for no, label in _options(down, other)],
        both,
        looked >= LOOKED_AT,
    )


_CROSS = """
    WITH looked AS MATERIALIZED (
        SELECT contact_id, answers -> %(down)s -> 'chosen' AS one, answers -> %(across)s -> 'chosen' AS another
        FROM campaigns_surveys_response
        WHERE survey_id = %(survey)s AND state = 'final' {rows} ORDER BY finished DESC LIMIT %(most)s
    ), r AS (SELECT one, another FROM looked AS r WHERE one IS NOT NULL AND another IS NOT NULL {people})
    SELECT a, b, count(*) FROM r, jsonb_array_elements_text(one) AS a, jsonb_array_elements_text(another) AS b
    GROUP BY a, b
    UNION ALL SELECT a, NULL, count(*) FROM r, jsonb_array_elements_text(one) AS a GROUP BY a
    UNION ALL SELECT NULL, (SELECT count(*) FROM r)::text, (SELECT count(*) FROM looked)
"""


def _options(question: Question, other: str) -> list[tuple[str, str]]:
    found = [(str(choice.no), choice.label) for choice in question.options()]
    return [*found, (ELSE, other)] if question.other else found


def _row(no: str, label: str, columns: list[tuple[str, str]], counts: dict[tuple[str, str], int], people: int) -> Row:
    cells = [counts.get((no, column), 0) for column, _label in columns]
    return Row(label, people, [Cell(count, round(100 * count / people) if people else 0) for count in cells])
