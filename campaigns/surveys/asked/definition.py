"""What a survey is: questions with stable ids, in the order in which they are put.

    {"title": "Your coffee", "intro": "", "thanks": "", "sorry": "", "embed_on": ["https://shop.example.com"],
     "questions": [{"id": "milk", "type": "one_of", "text": "Which milk do you take?", "help": "", "required": false,
                    "choices": [{"no": 1, "label": "oat milk"}], "other": false, "random": false,
                    "found_us": false, "talk": false, "talk_at_most": null,
                    "remember": {"key": "milk", "label": "Milk", "citable": true,
                                 "sentence": "You take {{ value }}."},
                    "show": {"property": "coffee", "op": "is", "value": "yes"},
                    "jumps": [{"when": {"property": "milk", "op": "is", "value": "none"}, "to": "end"}]},
                   {"id": "next", "type": "page", "text": ""},
                   {"id": "letters", "type": "permission", "text": "Yes, write to me about new coffees.",
                    "topics": ["offers"]}]}

A question keeps its id when it is reworded, a choice its `no`: links in mails already sent name both. A `permission`
is answered with an address; `text` is the exact wording of what whoever confirms it agrees to. A survey that asks for
one is a sign-up form. A `page` begins a page. Rules speak of answers on earlier pages as the properties of an event,
by question id, and of the person as all rules do.

A survey in several languages says so with `language` (its own, '' for the shop's) and `languages`, and keeps the texts
of the others beside what they translate: `"texts": {"es": {"text": "¿Qué leche?", "choice.1": "leche de avena"}}`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from campaigns.surveys.asked.questions import SILENT, Question, Type

END, SCREEN_OUT = "end", "screen_out"
"""Where a jump may go besides a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """Questions put together. `head` begins it, and says of whom it is asked; the first page may have none."""

    id: str
    head: Question | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    title: str = ""
    questions: tuple[Question, ...] = ()
    intro: str = ""
    thanks: str = ""
    sorry: str = ""
    """What those read who are screened out."""
    embed_on: tuple[str, ...] = ()
    language: str = ""
    """In which it is written; '' for the shop's."""
    languages: tuple[str, ...] = ()
    """The others that it can be read in."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What stands around the questions in those, by place: see campaigns.surveys.asked.languages."""

    def question(self, id: str) -> Question | None:
        return next((question for question in self.questions if question.id == id), None)

    @property
    def permission(self) -> Question | None:
        """The question that asks whether we may write."""
        return next((question for question in self.questions if question.type is Type.PERMISSION), None)

    @property
    def asking(self) -> tuple[Question, ...]:
        """The questions that are answered."""
        return tuple(question for question in self.questions if question.type not in SILENT)

    @property
    def takes_photos(self) -> bool:
        return any(question.type is Type.PHOTO for question in self.questions)

    def pages(self) -> list[Page]:
        """At least one. A page is named by what begins it; the first of all is `start`."""
        pages = [Page("start", None, ())]
        for question in self.questions:
            if question.type is Type.PAGE:
                pages.append(Page(question.id, question, ()))
            else:
                last = pages[-1]
                pages[-1] = Page(last.id, last.head, (*last.questions, question))
        return pages if pages[0].questions or len(pages) == 1 else pages[1:]

    def some_required(self) -> bool:
        return any(question.required for question in self.questions)

    def keys(self) -> list[str]:
        """The preference keys its answers become."""
        return [question.remember.key for question in self.questions if question.remember]

    def rules(self) -> list[Any]:
        """Each as it was written."""
        shown = (question.show for question in self.questions if question.show is not None)
        return [*shown, *(jump.when for jump in chain.from_iterable(one.jumps for one in self.questions))]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """Where in the JSON (`questions.0.text`) and what is wrong, for people."""

    path: str
    message: str


class BadDefinition(ValueError):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems
