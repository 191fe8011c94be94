"""Bodies of requests: JSON as the standard has it, bounded, without what PostgreSQL cannot hold."""

from typing import Any

import orjson
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_BODY = 1024 * 1024


class TooLarge(APIException):
    status_code = 413
    default_detail = "The body is larger than 1 MB."


class StrictJSON(BaseParser):
    """JSON in UTF-8, 1 MB at most. What is no JSON, is nested a thousand deep or holds NUL is refused."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data = stream.read(MAX_BODY + 1)
        if len(data) > MAX_BODY:
            raise TooLarge
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from error
        if b"\\u0000" in data and _has_nul(value):
            raise ParseError("The body holds a character that cannot be stored (U+0000).")
        return value


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in key or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_has_nul(item) for item in value)
