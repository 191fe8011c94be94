"""The way through a survey: which page comes next, and what is asked on it. Pure.

Rules see the answers of the pages before as properties of an event, by question id: of several of a list, else a text.
A rule that cannot be read any more, because what it speaks of is gone, leaves nobody out and leads nowhere.
"""

from collections.abc import Callable, Mapping
from typing import Any

from campaigns.surveys.asked.definition import END, SCREEN_OUT, Definition, Page
from campaigns.surveys.asked.kinds.choosing import ELSE
from campaigns.surveys.asked.kinds.kind import OTHER, Answer
from campaigns.surveys.asked.questions import SILENT, Question, Type

type Answers = Mapping[str, Answer]
type Holds = Callable[[Any, Mapping[str, Any], bool], bool]
"""Whether a rule, as it was written, holds, given properties; the last is what is said of one that cannot be read."""


class Walk:
    """`skipped` are questions that need no answer; whoever answers one all the same is heard."""

    def __init__(self, definition: Definition, holds: Holds, skipped: frozenset[str] = frozenset()) -> None:
        self.definition = definition
        self.skipped = skipped
        self._holds = holds
        self._pages = definition.pages()

    def page(self, id: str) -> Page | None:
        return next((page for page in self._pages if page.id == id), None)

    def questions(self, page: Page, answers: Answers) -> tuple[Question, ...]:
        """What is asked on it, given the answers of the pages before."""
        said = self._said(self._before(page), answers)
        return tuple(
            question
            for question in page.questions
            if (question.id not in self.skipped or question.id in answers)
            and (question.show is None or self._holds(question.show, said, True))
        )

    def path(self, answers: Answers) -> tuple[list[Page], str]:
        """The pages that are put, given all answers so far, and how it ends: END or SCREEN_OUT."""
        path: list[Page] = []
        at, goal = 0, ""
        while at < len(self._pages):
            page = self._pages[at]
            if self._is_put(page, answers):
                path.append(page)
                goal = self._jump(page, answers)
                if goal in (END, SCREEN_OUT):
                    return path, goal
            at = max(self._index(goal), at + 1) if goal else at + 1
            goal = ""
        return path, END

    def next(self, page: Page, answers: Answers) -> Page | str:
        """The page after one that is on the path, or how it ends."""
        path, end = self.path(answers)
        ids = [one.id for one in path]
        place = ids.index(page.id) if page.id in ids else -1
        return path[place + 1] if place + 1 < len(path) else end

    def leaves_open(self, page: Page) -> bool:
        """Whether it depends on the answers of this page what is asked on later ones."""
        ids = {question.id for question in page.questions}
        later = self._pages[self._index(page.id) + 1 :]
        shown = (one.show for after in later for one in (*([after.head] if after.head else ()), *after.questions))
        jumps = (jump.when for question in page.questions for jump in question.jumps)
        return any(ids & _asks_for(rule) for rule in (*shown, *jumps))

    def heard(self, answers: Answers) -> dict[str, Answer]:
        """The answers that count: to what was asked on the path."""
        path, _end = self.path(answers)
        asked = {question.id for page in path for question in self.questions(page, answers)}
        hidden = {question.id for question in self.definition.questions if question.type is Type.HIDDEN}
        return {id: given for id, given in answers.items() if id in asked | hidden}

    def _is_put(self, page: Page, answers: Answers) -> bool:
        """A page with nothing left to ask is passed over."""
        said = self._said(self._before(page), answers)
        if page.head and page.head.show is not None and not self._holds(page.head.show, said, True):
            return False
        visible = [one for one in page.questions if one.type is not Type.HIDDEN]
        left = [one for one in self.questions(page, answers) if one.type is not Type.HIDDEN]
        asks = any(one.type not in SILENT for one in visible)
        return bool(left) and (not asks or any(one.type not in SILENT for one in left))

    def _jump(self, page: Page, answers: Answers) -> str:
        said = self._said([*self._before(page), page], answers)
        asked = self.questions(page, answers)
        jumps = (jump for question in asked for jump in question.jumps)
        return next((jump.to for jump in jumps if jump.when is None or self._holds(jump.when, said, False)), "")

    def _before(self, page: Page) -> list[Page]:
        return self._pages[: self._index(page.id)]

    def _index(self, id: str) -> int:
        return next((index for index, page in enumerate(self._pages) if page.id == id), 0)

    def _said(self, pages: list[Page], answers: Answers) -> dict[str, Any]:
        hidden = [one for one in self.definition.questions if one.type is Type.HIDDEN]
        asked = [*hidden, *(question for page in pages for question in page.questions)]
        return {one.id: _property(one, answers[one.id]) for one in asked if one.id in answers}


def _asks_for(rule: Any) -> set[str]:
    """The questions that a rule, as it was written, speaks of."""
    if isinstance(rule, list):
        return set().union(*map(_asks_for, rule))
    if not isinstance(rule, dict):
        return set()
    own = {rule["property"]} if isinstance(rule.get("property"), str) else set()
    return own.union(*map(_asks_for, rule.values()))


def _property(question: Question, given: Answer) -> Any:
    if question.type is not Type.SEVERAL_OF:
        return given.value
    written = list(given.parts.get(OTHER, ()))
    labels = [option.label for option in question.options() if str(option.no) in given.chosen]
    return labels + (written if ELSE in given.chosen else [])
