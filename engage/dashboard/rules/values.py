"""One value as it stands in an input, and as JSON holds it. What cannot be read stays a text, for `parse` to refuse."""

import json
from typing import Any

from crm.rules import Kind
from crm.rules.literals import UNSTORABLE

YES_NO = {"yes": True, "no": False}
SAID = {True: "yes", False: "no"}
LONGEST = 20_000


def shown(value: Any) -> str:
    """A text stands as it is, but in quotation marks where an input would lose something of it."""
    if isinstance(value, bool):
        return SAID[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=bool(UNSTORABLE.search(value))) if _would_be_lost(value) else value
    return json.dumps(value)


def read(kind: Kind, text: str) -> Any:
    """The value that an input of this kind stands for."""
    text = text.strip()
    match kind:
        case Kind.NUMBER:
            return number(text)
        case Kind.BOOLEAN:
            return YES_NO.get(text, text)
        case Kind.DATE | Kind.DATETIME:
            return text
    return read_text(text)


def read_text(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return found if isinstance(found, str) else text
    return text


def number(text: str) -> int | float | str:
    for read_as in (int, float):
        try:
            return read_as(text[:400])
        except ValueError:
            continue
    return text


def lines(text: str) -> list[str]:
    """Of several values, each stands on a line."""
    return [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _would_be_lost(text: str) -> bool:
    odd = UNSTORABLE.search(text) or any(character < " " for character in text)
    return bool(odd) or text.startswith('"') or text.strip() != text
