"""How high a survey within a page will be, so that the page leaves room for it and nothing jumps."""

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.questions import Question, Type

LEAST, MOST = 280, 1200
_HEAD, _FOOT, _LINE = 84, 150, 28
_EACH = {
    Type.TEXT: 200,
    Type.MATRIX: 60,
    Type.ADDRESS: 420,
    Type.PERMISSION: 190,
    Type.PHOTO: 150,
    Type.STATEMENT: 60,
    Type.HIDDEN: 0,
}
_USUAL = 116


def reserved(definition: Definition) -> int:
    """Pixels for the first page, rather too many than too few."""
    page = definition.pages()[0]
    intro = _LINE * (1 + len(definition.intro) // 40) if definition.intro else 0
    height = _HEAD + intro + _FOOT + sum(_of(one) for one in page.questions)
    return max(LEAST, min(MOST, height))


def _of(question: Question) -> int:
    words = _LINE * ((len(question.text) + len(question.help)) // 40)
    listed = 56 * (len(question.choices) + question.other) if question.type in _LISTED else 0
    lines = 140 * len(question.rows)
    return _EACH.get(question.type, 56 if listed else _USUAL) + words + listed + lines


_LISTED = {Type.ONE_OF, Type.SEVERAL_OF, Type.RANKING, Type.YES_NO}
