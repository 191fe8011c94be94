"""What a key's type makes of a value: pure. Nothing is cast: what does not read exactly as the type is in conflict."""

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm.preferences.models import PreferenceKey

Type = PreferenceKey.Type

LONGEST_VALUE = 500
LONGEST_TEXT = 2_000
MOST_ITEMS = 100
LONGEST_NUMBER = 1_024
"""In bits."""
YES = frozenset({"yes", "true", "sí", "si", "是"})
NO = frozenset({"no", "false", "否"})
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Value:
    """`text` is for people, at most 500 characters; `typed` is JSON, or None where it would be the text itself."""

    text: str
    typed: str | None = None
    fits: bool = True


def nothing(raw: Any) -> bool:
    """Whether this says nothing at all, or is of a kind that no key holds."""
    if isinstance(raw, str):
        return not raw.strip()
    return raw is None or isinstance(raw, dict) or (isinstance(raw, list | tuple) and not _items(raw))


def infer(raw: Any) -> Type:
    """The type of a key that is first seen with this value. Text is never taken for a number: it may be a postcode."""
    if isinstance(raw, bool):
        return Type.BOOLEAN
    if isinstance(raw, int | float | Decimal):
        return Type.NUMBER
    if isinstance(raw, list | tuple):
        return Type.LIST
    return Type.DATE if isinstance(raw, date) or _is_date(str(raw).strip()) else Type.TEXT


def read(type: str, raw: Any, choices: Sequence[str] = ()) -> Value:
    """`raw` (text, number, boolean, date or list of texts) as the type has it, else in conflict with it. An empty list
    is of every type: what was known is so no more."""
    if raw == []:
        return Value("", "[]")
    raw = raw.isoformat() if isinstance(raw, date) else raw
    return _READERS[type](raw, choices) or _unfit(raw)


def raw(value: str, typed: Any) -> Any:
    """What was said, from how it is kept: to be read anew when the type of its key changes."""
    return value if typed is None else typed


def _text(raw: Any, choices: Sequence[str]) -> Value | None:
    if not isinstance(raw, str):
        return None
    text = _clean(raw)
    return Value(text) if len(text) <= LONGEST_VALUE else Value(text[:LONGEST_VALUE], _json(text[:LONGEST_TEXT]))


def _number(raw: Any, choices: Sequence[str]) -> Value | None:
    if isinstance(raw, str):
        text = raw.strip()
        return Value(text, json.dumps(_plain(Decimal(text)))) if _NUMBER.fullmatch(text) else None
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    number = _plain(raw)
    return None if isinstance(number, str) else Value(str(number), json.dumps(number))


def _date(raw: Any, choices: Sequence[str]) -> Value | None:
    return Value(raw.strip()) if isinstance(raw, str) and _is_date(raw.strip()) else None


def _choice(raw: Any, choices: Sequence[str]) -> Value | None:
    if not choices:
        return _text(raw, choices)
    said = raw.strip().casefold() if isinstance(raw, str) else None
    return next((Value(choice) for choice in choices if choice.casefold() == said), None)


def _boolean(raw: Any, choices: Sequence[str]) -> Value | None:
    said = raw.strip().casefold() if isinstance(raw, str) else ""
    if raw is True or said in YES:
        return Value("yes", "true")
    return Value("no", "false") if raw is False or said in NO else None


def _list(raw: Any, choices: Sequence[str]) -> Value | None:
    items = _items(raw) if isinstance(raw, str | list | tuple) else []
    return Value(", ".join(items)[:LONGEST_VALUE], _json(items)) if items else None


_READERS: dict[str, Callable[[Any, Sequence[str]], Value | None]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.CHOICE: _choice,
    Type.BOOLEAN: _boolean,
    Type.LIST: _list,
}


def _unfit(raw: Any) -> Value:
    """As it was said, to be shown and perhaps read anew."""
    text = _shown(raw)
    return Value(text, None if raw == text else _json(raw), fits=False)


def _items(raw: Any) -> list[str]:
    """The texts in a list, without what is neither text nor number."""
    found: list[Any] = [raw] if isinstance(raw, str) else [item for item in raw if isinstance(item, str | int | float)]
    return [text for item in found if (text := _shown(item))][:MOST_ITEMS]


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, list | tuple):
        return ", ".join(_items(raw))[:LONGEST_VALUE]
    return _clean(str(_plain(raw)))[:LONGEST_VALUE]


def _plain(raw: Any) -> Any:
    """A number without a fraction where there is none; one that is not finite, or too long for JSON, as text."""
    if not isinstance(raw, float | Decimal):
        return _bounded(raw)
    if not math.isfinite(raw):
        return str(raw)
    whole = int(raw)
    return whole if raw == whole and abs(whole) < 10**15 else float(raw)


def _bounded(raw: Any) -> Any:
    return hex(raw) if isinstance(raw, int) and raw.bit_length() > LONGEST_NUMBER else raw


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _clean(text: str) -> str:
    return text.replace("\x00", "\ufffd").strip()


def _json(raw: Any) -> str:
    if isinstance(raw, list | tuple):
        return json.dumps(_items(raw))
    return json.dumps(_clean(raw)[:LONGEST_TEXT] if isinstance(raw, str) else _plain(raw))
