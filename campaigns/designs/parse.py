"""From JSON to bodies and contents that everything else may trust: what is not understood is refused at its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.channels.fragments import TEXT, fragments
from campaigns.channels.links import clean
from campaigns.channels.liquid import MAX_SOURCE, MAX_SUBJECT
from campaigns.channels.tags import KEY
from campaigns.channels.tags import PRODUCT as PRODUCT_ID
from campaigns.designs.blocks import (
    ADDRESS,
    BLOCKS,
    CHOICE,
    COLUMNS,
    LETTER,
    MOST_BLOCKS,
    MOST_COLUMNS,
    NAME,
    OUTERMOST,
    PICTURE,
    PRODUCT,
    Field,
)
from campaigns.designs.pictures import is_kept

LETTER_KIND, DESIGNED, HTML, MJML = "letter", "designed", "html", "mjml"
KINDS = (LETTER_KIND, DESIGNED, HTML, MJML)
OF_BLOCKS = frozenset({LETTER_KIND, DESIGNED})
"""The others are sources that say everything by themselves, what mail programs show beside the subject too."""
MOST_LANGUAGES = 20
LONGEST_PREHEADER = 300
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
_ID = re.compile(r"[a-z0-9]{1,12}")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_TEXT = "must be a text"

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` as in `en.body.blocks[2].text`."""

    path: str
    message: str


class InvalidContents(ValueError):
    """Contents that are not understood; nothing was kept of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


def parse(kind: str, contents: Any) -> dict[str, Json]:
    """`contents` by language as they are kept: every field there, line breaks and characters made regular.

    Raises InvalidContents.
    """
    reading = _Reading()
    parsed = reading.contents(kind, contents)
    if reading.problems:
        raise InvalidContents(reading.problems)
    return parsed


def parse_blocks(blocks: Any) -> list[Json]:
    """The same for a list of blocks alone. Raises InvalidContents."""
    reading = _Reading()
    parsed = reading.blocks("blocks", blocks, inside=False)
    if reading.problems:
        raise InvalidContents(reading.problems)
    return parsed


def empty(kind: str) -> Json:
    """The content of a new design in one language."""
    body: Json = {"source": ""}
    if kind == LETTER_KIND:
        body = {name: field.default for name, field in LETTER.items()}
    elif kind == DESIGNED:
        body = {"blocks": []}
    lines = {"subject": ""} | ({"preheader": ""} if kind in OF_BLOCKS else {})
    return lines | {"text": None, "body": body}


def new_block(type: str, id: str) -> Json:
    """An empty block of a known type; columns begin with two."""
    block: Json = {"id": id, "type": type} | {name: field.default for name, field in BLOCKS[type].items()}
    return block | {"columns": [[], []]} if type == COLUMNS else block


def every_block(blocks: list[Json]) -> Iterator[Json]:
    """All blocks, those in columns too."""
    for block in blocks:
        yield block
        for column in block.get("columns", []):
            yield from column


class _Reading:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._ids: set[str] = set()
        self._count = 0

    def contents(self, kind: str, given: Any) -> dict[str, Json]:
        if not isinstance(given, dict) or not given:
            return self._refuse("", _("There must be a content in at least one language."), {})
        if len(given) > MOST_LANGUAGES:
            return self._refuse("", _("At most %(most)d languages.") % {"most": MOST_LANGUAGES}, {})
        parsed = {}
        for language, content in given.items():
            if not _LANGUAGE.fullmatch(language):
                self._refuse(str(language)[:20], _("This is no language, such as en or zh-hans."), None)
            else:
                self._ids, self._count = set(), 0
                parsed[language] = self._content(language, kind, content)
        return parsed

    def _content(self, path: str, kind: str, given: Any) -> Json:
        lines = {"subject": MAX_SUBJECT} | ({"preheader": LONGEST_PREHEADER} if kind in OF_BLOCKS else {})
        if not self._is_object(path, given, {*lines, "text", "body"}):
            return {}
        text = given.get("text")
        return {name: self._line(f"{path}.{name}", given.get(name, ""), most) for name, most in lines.items()} | {
            "text": None if text is None else self._text(f"{path}.text", text, MAX_SOURCE),
            "body": self._body(f"{path}.body", kind, given.get("body", {})),
        }

    def _body(self, path: str, kind: str, given: Any) -> Json:
        if kind == LETTER_KIND:
            return self._fields(path, LETTER, given, frozenset())
        names = {"blocks"} if kind == DESIGNED else {"source"}
        if not self._is_object(path, given, names):
            return {}
        if kind == DESIGNED:
            return {"blocks": self.blocks(f"{path}.blocks", given.get("blocks", []), inside=False)}
        source = given.get("source", "")
        if not isinstance(source, str) or len(source) > MAX_SOURCE:
            message = _("Too long: at most %(most)d characters.") % {"most": MAX_SOURCE}
            return self._refuse(f"{path}.source", message if isinstance(source, str) else _NO_TEXT, {})
        return {"source": _UNSPEAKABLE.sub("", source)}

    def blocks(self, path: str, given: Any, *, inside: bool) -> list[Json]:
        if not isinstance(given, list):
            return self._refuse(path, "must be a list", [])
        self._count += len(given)
        if self._count > MOST_BLOCKS:
            return self._refuse(path, _("At most %(most)d blocks.") % {"most": MOST_BLOCKS}, [])
        return [self._block(f"{path}[{number}]", block, inside) for number, block in enumerate(given)]

    def _block(self, path: str, given: Any, inside: bool) -> Json:
        type = given.get("type") if isinstance(given, dict) else None
        if not isinstance(type, str) or type not in BLOCKS or (inside and type in OUTERMOST):
            return self._refuse(f"{path}.type", _("There is no such block here."), {})
        extra = frozenset({"id", "type", *([COLUMNS] if type == COLUMNS else [])})
        block: Json = {"id": self._id(f"{path}.id", given.get("id")), "type": type}
        block |= self._fields(path, BLOCKS[type], given, extra)
        if type == COLUMNS:
            block[COLUMNS] = self._columns(f"{path}.columns", given.get(COLUMNS))
        return block

    def _columns(self, path: str, given: Any) -> list[list[Json]]:
        if not isinstance(given, list) or not 2 <= len(given) <= MOST_COLUMNS:
            return self._refuse(path, _("There must be two or three columns."), [])
        return [self.blocks(f"{path}[{number}]", column, inside=True) for number, column in enumerate(given)]

    def _id(self, path: str, given: Any) -> str:
        if not isinstance(given, str) or not _ID.fullmatch(given):
            return self._refuse(path, "must be up to 12 small letters and digits", "")
        if given in self._ids:
            return self._refuse(path, "stands there twice", "")
        self._ids.add(given)
        return given

    def _fields(self, path: str, known: Mapping[str, Field], given: Any, extra: frozenset[str]) -> Json:
        if not self._is_object(path, given, {*known, *extra}):
            return {}
        return {
            name: self._field(f"{path}.{name}", field, given.get(name, field.default)) for name, field in known.items()
        }

    def _field(self, path: str, field: Field, given: Any) -> str:
        if field.kind == CHOICE:
            return given if given in field.choices else self._refuse(path, f"must be {' or '.join(field.choices)}", "")
        value = self._text(path, given, field.most) if field.lines else self._line(path, given, field.most)
        if message := _wrong(field, value):
            return self._refuse(path, message, "")
        return value

    def _line(self, path: str, given: Any, most: int) -> str:
        return " ".join(self._text(path, given, most).split("\n")).strip()

    def _text(self, path: str, given: Any, most: int) -> str:
        if not isinstance(given, str):
            return self._refuse(path, _NO_TEXT, "")
        text = _UNSPEAKABLE.sub("", given.replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) > most:
            return self._refuse(path, _("Too long: at most %(most)d characters.") % {"most": most}, "")
        return text

    def _is_object(self, path: str, given: Any, names: set[str]) -> bool:
        if not isinstance(given, dict):
            return self._refuse(path, "must be an object", False)
        for name in [name for name in given if name not in names]:
            self._refuse(f"{path}.{str(name)[:40]}", _("This is not understood here."), None)
        return True

    def _refuse[T](self, path: str, message: str, instead: T) -> T:
        self.problems.append(Problem(path, message))
        return instead


def _wrong(field: Field, value: str) -> str:
    """Why a field cannot hold this; empty if it can. Empty fields may be filled in later."""
    if not value:
        return ""
    if field.kind == NAME and not KEY.fullmatch(value):
        return _("This must be small letters, digits and _.")
    if field.kind == PRODUCT and not PRODUCT_ID.fullmatch(value):
        return _("This must be the id of a product.")
    if field.kind == ADDRESS and not _may_lead(value):
        return _("A link must begin with https://, mailto: or tel:.")
    if field.kind == PICTURE and not (is_kept(value) or _may_lead(value)):
        return _("A picture is one of yours, or an address that begins with https://.")
    return ""


def _may_lead(address: str) -> bool:
    """An address that a mail may open; what begins with Liquid is looked at when the message is made."""
    first = next(iter(fragments(address)))
    return first.kind != TEXT or clean(address.replace(" ", "%20")) is not None
