"""Reading a definition from JSON that anybody may have written. See `campaigns.surveys.asked.definition` for its form.

A draft may be unfinished: what publishing asks for besides is in `campaigns.surveys.asked.checks`.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.surveys.asked.definition import BadDefinition, Definition, Problem
from campaigns.surveys.asked.questions import (
    CHOSEN,
    NEVER_REMEMBERED,
    SAYS_WHERE,
    SCALES,
    SILENT,
    TALKS,
    Choice,
    Jump,
    Question,
    Remember,
    Type,
)

MAX_QUESTIONS = 60
MAX_CHOICES = 20
MAX_RULE = 10_000
MOST_NUMBER = 1_000_000_000
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TOPIC = re.compile(r"[-a-zA-Z0-9_]{1,40}")
_REFERENCE = re.compile(r"[-a-zA-Z0-9_.]{0,80}")
_VALUE = re.compile(r"\{\{\s*value\s*\}\}")
MAX_LANGUAGES = 12
MAX_TEXTS = 60
LONGEST_TEXT = 1000
_LANGUAGE = re.compile(r"(?=.{2,10}$)[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")
_OWN = re.compile(rf"(?:{_LANGUAGE.pattern})?")
_NO_LANGUAGE = gettext_lazy("Write a language such as es or zh-hans.")
_TEXT_PLACE = re.compile(r"[a-z]{2,6}|(?:choice|row)\.[0-9]{1,4}")
_ONCE = (Type.FIRST_NAME, Type.PERMISSION)


def parse(raw: object) -> Definition:
    """The definition that `raw` (decoded JSON) describes. Raises BadDefinition with every problem found."""
    reader = _Reader()
    definition = reader.definition(raw)
    if reader.problems:
        raise BadDefinition(reader.problems)
    return definition


class _Reader:
    """Reads the JSON from the outside in; problems gather, so that all are told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def definition(self, raw: object) -> Definition:
        fields = self._object("", raw)
        questions = self._each("questions", fields, MAX_QUESTIONS, self._question)
        self._all_different("questions", [question.id for question in questions], _("Two questions have the same id."))
        keys = [question.remember.key for question in questions if question.remember]
        self._all_different("questions", keys, _("Two questions are remembered as the same thing."))
        once = [question.type for question in questions if question.type in _ONCE]
        self._all_different("questions", once, _("Ask for the name, and for permission, once."))
        return Definition(
            title=self._text("title", fields.get("title", ""), 120, needed=True),
            questions=questions,
            intro=self._text("intro", fields.get("intro", ""), 1000),
            thanks=self._text("thanks", fields.get("thanks", ""), 1000),
            sorry=self._text("sorry", fields.get("sorry", ""), 1000),
            embed_on=self._each("embed_on", fields, 20, self._origin),
            language=self._matching("language", fields.get("language", ""), _OWN, _NO_LANGUAGE) or "",
            languages=self._languages(fields),
            texts=self._texts("texts", fields.get("texts", {})),
        )

    def _question(self, path: str, raw: object) -> Question:
        fields = self._object(path, raw)
        kind = self._type(f"{path}.type", fields.get("type"))
        topics = self._each(f"{path}.topics", fields, 20, self._topic) if kind is Type.PERMISSION else ()
        found_us = fields.get("found_us") is True and kind in SAYS_WHERE
        if found_us and fields.get("remember") is not None:
            self._problem(f"{path}.remember", _("How they found you is kept with the person: leave this empty."))
        least, most = self._bounds(path, fields, kind)
        scaled = kind in SCALES or kind is Type.SLIDER
        return Question(
            id=self._id(f"{path}.id", fields.get("id")),
            type=kind,
            text=self._text(f"{path}.text", fields.get("text", ""), 1000 if kind is Type.STATEMENT else 300),
            help=self._text(f"{path}.help", fields.get("help", ""), 300),
            required=fields.get("required") is True and kind not in SILENT,
            choices=self._choices(f"{path}.choices", fields, MAX_CHOICES) if kind in CHOSEN else (),
            remember=self._remember(f"{path}.remember", fields.get("remember"), kind),
            found_us=found_us,
            topics=tuple(dict.fromkeys(topics)),
            rows=self._choices(f"{path}.rows", fields, MAX_CHOICES) if kind is Type.MATRIX else (),
            other=fields.get("other") is True and kind in {Type.ONE_OF, Type.SEVERAL_OF},
            random=fields.get("random") is True and kind in CHOSEN,
            least=least,
            most=most,
            low=self._text(f"{path}.low", fields.get("low", ""), 60) if scaled else "",
            high=self._text(f"{path}.high", fields.get("high", ""), 60) if scaled else "",
            show=self._rule(f"{path}.show", fields.get("show")),
            jumps=self._each(f"{path}.jumps", fields, 10, self._jump),
            talk=fields.get("talk") is True and kind in TALKS,
            talk_at_most=self._number(f"{path}.talk_at_most", fields.get("talk_at_most")) if kind in SCALES else None,
            texts=self._texts(f"{path}.texts", fields.get("texts", {})),
        )

    def _choices(self, path: str, fields: dict[str, object], longest: int) -> tuple[Choice, ...]:
        """Different in number and in words; words may be missing in a draft."""
        choices = self._each(path, fields, longest, self._choice)
        self._all_different(path, [choice.no for choice in choices], _("Two answers have one number."))
        labels = [choice.label.casefold() for choice in choices if choice.label]
        self._all_different(path, labels, _("Two answers read the same."))
        return choices

    def _choice(self, path: str, raw: object) -> Choice:
        fields = self._object(path, raw)
        no = fields.get("no")
        if type(no) is not int or not 0 < no < 10_000:
            self._problem(f"{path}.no", _("An answer's number is between 1 and 9999."))
            no = 0
        return Choice(
            no=no,
            label=self._text(f"{path}.label", fields.get("label", ""), 120),
            picture=self._reference(f"{path}.picture", fields.get("picture", "")),
            product=self._reference(f"{path}.product", fields.get("product", "")),
        )

    def _languages(self, fields: dict[str, object]) -> tuple[str, ...]:
        found = self._each("languages", fields, MAX_LANGUAGES, self._language)
        return tuple(one for one in dict.fromkeys(found) if one and one != fields.get("language"))

    def _language(self, path: str, raw: object) -> str:
        return self._matching(path, raw, _LANGUAGE, _NO_LANGUAGE) or ""

    def _texts(self, path: str, raw: object) -> dict[str, dict[str, str]]:
        """By language and place; what is empty is left out."""
        found: dict[str, dict[str, str]] = {}
        for language, said in list(self._object(path, raw).items())[: MAX_LANGUAGES + 1]:
            code = self._matching(f"{path}.{language}", language, _LANGUAGE, _NO_LANGUAGE)
            texts = self._object(f"{path}.{language}", said)
            if len(texts) > MAX_TEXTS:
                self._problem(f"{path}.{language}", _("At most %(count)d.") % {"count": MAX_TEXTS})
            for place, words in list(texts.items())[:MAX_TEXTS]:
                here = f"{path}.{language}.{place}"
                known = self._matching(here, place, _TEXT_PLACE, _("There is no such text."))
                if code and known and (text := self._text(here, words, LONGEST_TEXT)):
                    found.setdefault(code, {})[known] = text
        return found

    def _bounds(self, path: str, fields: dict[str, object], kind: Type) -> tuple[int | None, int | None]:
        least, most = (self._number(f"{path}.{name}", fields.get(name)) for name in ("least", "most"))
        if least is not None and most is not None and least > most:
            self._problem(f"{path}.most", _("The most is less than the least."))
        if kind is Type.SCALE and most is not None and not 2 <= most <= 10:
            self._problem(f"{path}.most", _("A scale ends between 2 and 10."))
        return least, most

    def _remember(self, path: str, raw: object, kind: Type) -> Remember | None:
        if raw is None:
            return None
        if kind in NEVER_REMEMBERED:
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

    def _jump(self, path: str, raw: object) -> Jump:
        fields = self._object(path, raw)
        return Jump(when=self._rule(f"{path}.when", fields.get("when")), to=self._id(f"{path}.to", fields.get("to")))

    def _rule(self, path: str, raw: object) -> Any:
        """Its shape only: what rules may speak of changes with the shop, and what was published must be readable."""
        if raw is None:
            return None
        try:
            short = isinstance(raw, dict) and len(orjson.dumps(raw)) <= MAX_RULE
        except orjson.JSONEncodeError:
            short = False
        if not short:
            self._problem(path, _("This is no rule."))
            return None
        return raw

    def _number(self, path: str, raw: object) -> int | None:
        if raw is None:
            return None
        if type(raw) is int and abs(raw) <= MOST_NUMBER:
            return raw
        self._problem(path, _("Write a whole number."))
        return None

    def _type(self, path: str, raw: object) -> Type:
        if isinstance(raw, str) and raw in list(Type):
            return Type(raw)
        self._problem(path, _("There is no such kind of question."))
        return Type.TEXT

    def _topic(self, path: str, raw: object) -> str:
        return self._matching(path, raw, _TOPIC, _("There is no such topic.")) or ""

    def _reference(self, path: str, raw: object) -> str:
        return self._matching(path, raw, _REFERENCE, _("There is no such thing.")) or ""

    def _id(self, path: str, raw: object) -> str:
        found = self._matching(path, raw, _ID, _("Use small letters, digits and _, beginning with a letter."))
        return path if found is None else found

    def _matching(self, path: str, raw: object, pattern: re.Pattern[str], message: str | Promise) -> str | None:
        if isinstance(raw, str) and pattern.fullmatch(raw):
            return raw
        self._problem(path, str(message))
        return None

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
        if not isinstance(raw, str) or "\x00" in raw or not _encodable(raw):
            self._problem(path, _("Write words here."))
            return ""
        text = raw.strip()
        if needed and not text:
            self._problem(path, _("This must not be empty."))
        if len(text) > longest:
            self._problem(path, _("At most %(count)d characters.") % {"count": longest})
        return text

    def _object(self, path: str, raw: object) -> dict[str, Any]:
        if isinstance(raw, dict):
            return raw
        self._problem(path, _("This is not an object."))
        return {}

    def _each[T](
        self, path: str, fields: dict[str, Any], longest: int, read: Callable[[str, object], T]
    ) -> tuple[T, ...]:
        """The items of a list that may be missing; `path` ends with its name."""
        raw = fields.get(path.rpartition(".")[2], [])
        if not isinstance(raw, list | tuple):
            self._problem(path, _("This is not a list."))
            return ()
        if len(raw) > longest:
            self._problem(path, _("At most %(count)d.") % {"count": longest})
        return tuple(read(f"{path}.{index}", item) for index, item in enumerate(raw[:longest]))

    def _all_different(self, path: str, found: list, message: str) -> None:
        if len(set(found)) != len(found):
            self._problem(path, message)

    def _problem(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
