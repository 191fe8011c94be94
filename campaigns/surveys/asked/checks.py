"""What a draft may lack and a published version may not."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from campaigns.surveys.asked.definition import END, SCREEN_OUT, Definition, Page, Problem
from campaigns.surveys.asked.kinds import kind_of
from campaigns.surveys.asked.languages import spoken
from campaigns.surveys.asked.piping import is_sound, places
from campaigns.surveys.asked.questions import Question, Type
from campaigns.surveys.models import Survey
from crm import rules
from crm.rules.tree import Leaf, Place, conditions

type Wants = Callable[[Survey, Definition], Iterable[Problem]]

_wants: list[Wants] = []


def insist(wants: Wants) -> None:
    """A room above says what a survey of its own may not lack."""
    _wants.append(wants)


def lacking_for(survey: Survey, definition: Definition) -> list[Problem]:
    """What it lacks to be published, for itself and for what it belongs to."""
    return publishable(definition) + [one for wants in _wants for one in wants(survey, definition)]


def publishable(definition: Definition) -> list[Problem]:
    """Rules are read: what they may speak of may ask the database."""
    if not definition.asking:
        return [Problem("questions", _("Ask at least one question."))]
    return [*_lacking(definition), *_late(definition), *_Logic(definition).problems()]


def _lacking(definition: Definition) -> Iterator[Problem]:
    for index, question in enumerate(definition.questions):
        if found := kind_of(question).lacking(question):
            yield Problem(f"questions.{index}.{found[0]}", found[1])


def _late(definition: Definition) -> Iterator[Problem]:
    """An address to write to stands with the request alone, so that no page may come after it."""
    types = [question.type for question in definition.questions]
    if Type.PERMISSION in types and Type.PAGE in types[types.index(Type.PERMISSION) :]:
        yield Problem(f"questions.{types.index(Type.PERMISSION)}.type", _("Ask for permission on the last page."))


class _Logic:
    """Rules and words may only speak of what was answered on a page before; jumps only lead on."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._pages = definition.pages()
        self._hidden = {one.id for one in definition.questions if one.type is Type.HIDDEN}
        self._order = [page.id for page in self._pages]
        self._called = {one.id: one.text for one in definition.questions if one.text}

    def problems(self) -> Iterator[Problem]:
        for index, question in enumerate(self._definition.questions):
            page, path = self._page_of(question), f"questions.{index}"
            before = self._answered_before(page)
            for shown in (question, *(spoken(question, language) for language in self._definition.languages)):
                yield from self._words(path, shown, before)
            if question.show is not None:
                yield from self._rule(f"{path}.show", question.show, before)
            after = before | {one.id for one in page.questions}
            for number, jump in enumerate(question.jumps):
                if jump.when is not None:
                    yield from self._rule(f"{path}.jumps.{number}.when", jump.when, after)
                if jump.to not in (END, SCREEN_OUT, *self._order[self._order.index(page.id) + 1 :]):
                    yield Problem(f"{path}.jumps.{number}.to", _("It can only lead to a later page."))

    def _words(self, path: str, question: Question, before: set[str]) -> Iterator[Problem]:
        for field, text in (("text", question.text), ("help", question.help)):
            if not is_sound(text):
                yield Problem(f"{path}.{field}", _('Write {{ answer.… | default: "…" }} as it stands here.'))
            for place in places(text):
                if place.kind == "answer" and place.name not in before:
                    yield Problem(f"{path}.{field}", _("Only what was answered on a page before can stand here."))
                elif field == "text" and place.otherwise is None:
                    yield Problem(
                        f"{path}.{field}", _("Say with default what stands there for whoever did not answer.")
                    )

    def _page_of(self, question: Question) -> Page:
        return next(page for page in self._pages if page.head is question or question in page.questions)

    def _answered_before(self, page: Page) -> set[str]:
        earlier = self._pages[: self._pages.index(page)]
        return self._hidden | {question.id for one in earlier for question in one.questions}

    def _rule(self, path: str, written: Any, answered: set[str]) -> Iterator[Problem]:
        try:
            rule = rules.parse(written, event_at_hand=True)
        except rules.InvalidRule as refused:
            yield from (Problem(path, problem.message) for problem in refused.problems)
            return
        said = (one.field.key for one in conditions(rule) if isinstance(one, Leaf) and one.place is Place.EVENT)
        for unknown in sorted(set(said) - answered):
            text = _("It depends on “%(question)s”, which is not asked on a page before.")
            yield Problem(path, text % {"question": self._called.get(unknown, unknown)})
