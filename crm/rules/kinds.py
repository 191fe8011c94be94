"""What a value can be, and how one is read: from a typed column, or out of JSON.

Each reading stands in Python and in SQL side by side. A value of another type, an empty text and an
empty list count as missing (None, NULL): nothing is cast silently, but for one mercy: text in JSON
that is plainly a number ("12.50") counts as one where a number is asked for.
"""

import re
from collections.abc import Callable
from datetime import UTC, date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .fragment import Sql, compose


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    LIST = "list"
    JSON = "json"
    """Any of text, number, boolean, date (as ISO text) and list of texts: the rule's value decides."""


CASTS = {
    Kind.TEXT: "text",
    Kind.CHOICE: "text",
    Kind.NUMBER: "numeric",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamptz",
    Kind.BOOLEAN: "boolean",
    Kind.LIST: "text[]",
}

# The kinds that JSON can hold, in the order in which a rule's value is tried.
JSON_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE, Kind.LIST)

NUMBER_IN_TEXT = r"-?[0-9]{1,15}(\.[0-9]{1,10})?"
DATE_IN_TEXT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def read(kind: Kind, raw: Any) -> Any:
    """What a typed column gave, in the form that comparisons expect. Times become UTC."""
    if raw is None or raw == "":
        return None
    if kind is Kind.NUMBER:
        return _decimal(raw)
    if kind is Kind.DATETIME:
        return raw.astimezone(UTC)
    if kind is Kind.LIST:
        return tuple(raw) or None
    return raw


def read_json(kind: Kind, raw: Any) -> Any:
    """What JSON holds, if it is of the kind asked for; else None."""
    return _JSON_READERS[kind](raw)


def json_expression(kind: Kind, value: Sql) -> Sql:
    """SQL that reads the jsonb ``value`` as `read_json` does."""
    template = _JSON_TEMPLATES[kind]
    return compose(template, *[value] * template.count("{}"))


def _decimal(raw: Any) -> Decimal | None:
    number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    return number if number.is_finite() else None


def _number_in_json(raw: Any) -> Decimal | None:
    if isinstance(raw, str):
        return Decimal(raw) if re.fullmatch(NUMBER_IN_TEXT, raw) else None
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return None
    return _decimal(raw)


def _date_in_json(raw: Any) -> date | None:
    if not isinstance(raw, str) or not re.fullmatch(DATE_IN_TEXT, raw):
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _list_in_json(raw: Any) -> tuple[str, ...] | None:
    if not isinstance(raw, list):
        return None
    return tuple(item for item in raw if isinstance(item, str))


_JSON_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: lambda raw: raw if isinstance(raw, str) else None,
    Kind.NUMBER: _number_in_json,
    Kind.BOOLEAN: lambda raw: raw if isinstance(raw, bool) else None,
    Kind.DATE: _date_in_json,
    Kind.LIST: _list_in_json,
    Kind.JSON: lambda raw: None if raw in ("", []) else raw,
}

# CASE, not AND: PostgreSQL promises the order of evaluation, and so the safety of a cast, only there.
_AS_TEXT = "({} #>> ARRAY[]::text[])"
_JSON_TEMPLATES = {
    Kind.TEXT: f"(CASE WHEN jsonb_typeof({{}}) = 'string' THEN {_AS_TEXT} END)",
    Kind.NUMBER: (
        "(CASE WHEN jsonb_typeof({}) = 'number'"
        f" OR (jsonb_typeof({{}}) = 'string' AND {_AS_TEXT} ~ '^{NUMBER_IN_TEXT}$')"
        f" THEN {_AS_TEXT}::numeric END)"
    ),
    Kind.BOOLEAN: "(CASE WHEN jsonb_typeof({}) = 'boolean' THEN ({})::boolean END)",
    Kind.DATE: (
        f"(CASE WHEN jsonb_typeof({{}}) = 'string' AND {_AS_TEXT} ~ '^{DATE_IN_TEXT}$'"
        f" AND pg_input_is_valid({_AS_TEXT}, 'date') THEN {_AS_TEXT}::date END)"
    ),
    Kind.LIST: (
        "(CASE WHEN jsonb_typeof({}) = 'array' THEN ARRAY(SELECT item #>> ARRAY[]::text[]"
        " FROM jsonb_array_elements({}) item WHERE jsonb_typeof(item) = 'string') END)"
    ),
    Kind.JSON: "NULLIF(NULLIF(NULLIF({}, 'null'), '\"\"'), '[]')",
}
