"""What a survey is: questions with stable ids, read from JSON that anybody may have written.

    {"title": "Your coffee", "intro": "", "thanks": "", "embed_on": ["https://shop.example.com"],
     "questions": [{"id": "milk", "type": "one_of", "text": "Which milk do you take?", "help": "", "required": false,
                    "choices": [{"no": 1, "label": "oat milk"}],
                    "found_us": false,
                    "remember": {"key": "milk", "label": "Milk", "citable": true,
                                 "sentence": "You take {{ value }}."}},
                   {"id": "letters", "type": "permission", "text": "Yes, write to me about new coffees.",
                    "topics": ["offers"]}]}

A question keeps its id when it is reworded, a choice its `no`: links in mails already sent name both. A `permission`
is answered with an address; `text` is the exact wording of what whoever confirms it agrees to. A survey that asks for
one is a sign-up form.
"""

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

MAX_QUESTIONS = 30
MAX_CHOICES = 20
STARS = 5
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TOPIC = re.compile(r"[-a-zA-Z0-9_]{1,40}")
_VALUE = re.compile(r"\{\{\s*value\s*\}\}")


class Type(StrEnum):
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    STARS = "stars"
    YES_NO = "yes_no"
    TEXT = "text"
    EMAIL = "email"
    FIRST_NAME = "first_name"
    PERMISSION = "permission"


CHOSEN = frozenset({Type.ONE_OF, Type.SEVERAL_OF})
"""Types whose choices the owner writes."""

SAYS_WHERE = frozenset({Type.ONE_OF, Type.SEVERAL_OF, Type.TEXT})
"""Types that can ask how somebody found us."""

WRITTEN = frozenset({Type.TEXT, Type.EMAIL, Type.FIRST_NAME, Type.PERMISSION})
"""Types that are answered in one's own words."""

OF_THE_PERSON = frozenset({Type.EMAIL, Type.FIRST_NAME, Type.PERMISSION})
"""Types whose answer is kept with the person, not as something to remember."""

ONE_TAP = frozenset({Type.ONE_OF, Type.STARS, Type.YES_NO})
"""Types that one tap in a mail can answer."""


@dataclass(frozen=True, slots=True)
class Choice:
    no: int
    label: str


@dataclass(frozen=True, slots=True)
class Remember:
    """The preference an answer becomes, and the sentence in which a message would say it."""

    key: str
    label: str
    citable: bool = False
    sentence: str = ""

    def say(self, value: str) -> str:
        return _VALUE.sub(lambda _match: value, self.sentence)


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    type: Type
    text: str
    help: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    remember: Remember | None = None
    found_us: bool = False
    """It asks how they found us: the answer is where they came from."""
    topics: tuple[str, ...] = ()
    """Keys of what a permission is for."""

    def options(self) -> tuple[Choice, ...]:
        """What can be chosen, the built-in answers of stars and yes / no included."""
        match self.type:
            case Type.STARS:
                return tuple(Choice(no, str(no)) for no in range(1, STARS + 1))
            case Type.YES_NO:
                return Choice(1, _("Yes")), Choice(2, _("No"))
            case _:
                return self.choices

    def option(self, no: int) -> Choice | None:
        return next((choice for choice in self.options() if choice.no == no), None)


@dataclass(frozen=True, slots=True)
class Definition:
    title: str = ""
    questions: tuple[Question, ...] = ()
    intro: str = ""
    thanks: str = ""
    embed_on: tuple[str, ...] = ()

    def question(self, id: str) -> Question | None:
        return next((question for question in self.questions if question.id == id), None)

    @property
    def permission(self) -> Question | None:
        """The question that asks whether we may write."""
        return next((question for question in self.questions if question.type is Type.PERMISSION), None)

    def some_required(self) -> bool:
        return any(question.required for question in self.questions)

    def keys(self) -> list[str]:
        """The preference keys its answers become."""
        return [question.remember.key for question in self.questions if question.remember]

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


def parse(raw: object) -> Definition:
    """The definition that `raw` (decoded JSON) describes. Raises BadDefinition with every problem found."""
    reader = _Reader()
    definition = reader.definition(raw)
    if reader.problems:
        raise BadDefinition(reader.problems)
    return definition


def publishable(definition: Definition) -> list[Problem]:
    """What a draft may lack and a published version may not."""
    if not definition.questions:
        return [Problem("questions", _("Ask at least one question."))]
    return [
        problem
        for index, question in enumerate(definition.questions)
        if (problem := _lacking(f"questions.{index}", question))
    ]


def _lacking(path: str, question: Question) -> Problem | None:
    if question.type in CHOSEN and len(question.choices) < 2:
        return Problem(f"{path}.choices", _("Give at least two answers to choose from."))
    if question.type is Type.PERMISSION and not question.topics:
        return Problem(f"{path}.topics", _("Say what you would write about."))
    return None


class _Reader:
    """Reads the JSON from the outside in; problems gather, so that all are told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def definition(self, raw: object) -> Definition:
        fields = self._object("", raw)
        found = self._list("questions", fields.get("questions", []), MAX_QUESTIONS)
        questions = tuple(self._question(f"questions.{index}", item) for index, item in enumerate(found))
        self._all_different("questions", [question.id for question in questions], _("Two questions have the same id."))
        keys = [question.remember.key for question in questions if question.remember]
        self._all_different("questions", keys, _("Two questions are remembered as the same thing."))
        asked = [question.type for question in questions if question.type in (Type.FIRST_NAME, Type.PERMISSION)]
        self._all_different("questions", asked, _("Ask for the name, and for permission, once."))
        origins = self._list("embed_on", fields.get("embed_on", []), 20)
        return Definition(
            title=self._text("title", fields.get("title", ""), 120, needed=True),
            questions=questions,
            intro=self._text("intro", fields.get("intro", ""), 1000),
            thanks=self._text("thanks", fields.get("thanks", ""), 1000),
            embed_on=tuple(self._origin(f"embed_on.{index}", item) for index, item in enumerate(origins)),
        )

    def _question(self, path: str, raw: object) -> Question:
        fields = self._object(path, raw)
        kind = self._type(f"{path}.type", fields.get("type"))
        found = self._list(f"{path}.choices", fields.get("choices", []), MAX_CHOICES) if kind in CHOSEN else []
        topics = self._list(f"{path}.topics", fields.get("topics", []), 20) if kind is Type.PERMISSION else []
        choices = tuple(self._choice(f"{path}.choices.{index}", item) for index, item in enumerate(found))
        self._all_different(f"{path}.choices", [choice.no for choice in choices], _("Two answers have one number."))
        found_us = fields.get("found_us") is True and kind in SAYS_WHERE
        if found_us and fields.get("remember") is not None:
            self._problem(f"{path}.remember", _("How they found you is kept with the person: leave this empty."))
        labels = [choice.label.casefold() for choice in choices]
        self._all_different(f"{path}.choices", labels, _("Two answers read the same."))
        return Question(
            id=self._id(f"{path}.id", fields.get("id")),
            type=kind,
            text=self._text(f"{path}.text", fields.get("text", ""), 300, needed=True),
            help=self._text(f"{path}.help", fields.get("help", ""), 300),
            required=fields.get("required") is True,
            choices=choices,
            remember=self._remember(f"{path}.remember", fields.get("remember"), kind),
            found_us=found_us,
            topics=tuple(dict.fromkeys(self._topic(f"{path}.topics", item) for item in topics)),
        )

    def _choice(self, path: str, raw: object) -> Choice:
        fields = self._object(path, raw)
        no = fields.get("no")
        if type(no) is not int or not 0 < no < 10_000:
            self._problem(f"{path}.no", _("An answer's number is between 1 and 9999."))
            no = 0
        return Choice(no=no, label=self._text(f"{path}.label", fields.get("label", ""), 120, needed=True))

    def _remember(self, path: str, raw: object, kind: Type) -> Remember | None:
        if raw is None:
            return None
        if kind in OF_THE_PERSON:
            self._problem(path, _("This is kept with the person, not as something to remember."))
        fields = self._object(path, raw)
        sentence = self._text(f"{path}.sentence", fields.get("sentence", ""), 300)
        rest = _VALUE.sub("", sentence)
        if "{" in rest or "}" in rest:
            self._problem(f"{path}.sentence", _("The sentence may only contain {{ value }}."))
        elif sentence and not _VALUE.search(sentence):
            self._problem(f"{path}.sentence", _("Say with {{ value }} where the answer stands."))
        key = self._id(f"{path}.key", fields.get("key"))
        label = self._text(f"{path}.label", fields.get("label", ""), 120) or key
        return Remember(key=key, label=label, citable=fields.get("citable") is True, sentence=sentence)

    def _type(self, path: str, raw: object) -> Type:
        if raw in list(Type):
            return Type(str(raw))
        self._problem(path, _("There is no such kind of question."))
        return Type.TEXT

    def _topic(self, path: str, raw: object) -> str:
        if isinstance(raw, str) and _TOPIC.fullmatch(raw):
            return raw
        self._problem(path, _("There is no such topic."))
        return ""

    def _id(self, path: str, raw: object) -> str:
        if isinstance(raw, str) and _ID.fullmatch(raw):
            return raw
        self._problem(path, _("Use small letters, digits and _, beginning with a letter."))
        return path

    def _origin(self, path: str, raw: object) -> str:
        text = self._text(path, raw, 200)
        try:
            parts = urlsplit(text)
            host, _port = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or text != f"{parts.scheme}://{parts.netloc}" or not re.fullmatch(r"https?://[\w.:-]+", text):
            self._problem(path, _("Give a site such as https://shop.example.com, without a path."))
        return text

    def _text(self, path: str, raw: object, longest: int, *, needed: bool = False) -> str:
        if not isinstance(raw, str) or "\x00" in raw:
            self._problem(path, _("Write words here."))
            return ""
        text = raw.strip()
        if needed and not text:
            self._problem(path, _("This must not be empty."))
        if len(text) > longest:
            self._problem(path, _("At most %(count)d characters.") % {"count": longest})
        return text

    def _object(self, path: str, raw: object) -> dict[str, object]:
        if isinstance(raw, dict):
            return raw
        self._problem(path, _("This is not an object."))
        return {}

    def _list(self, path: str, raw: object, longest: int) -> list[object]:
        if not isinstance(raw, list | tuple):
            self._problem(path, _("This is not a list."))
            return []
        if len(raw) > longest:
            self._problem(path, _("At most %(count)d.") % {"count": longest})
        return list(raw[:longest])

    def _all_different(self, path: str, found: list, message: str) -> None:
        if len(set(found)) != len(found):
            self._problem(path, message)

    def _problem(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))
