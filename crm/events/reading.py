"""Reading JSON that strangers send: strict, bounded, and safe to store in PostgreSQL."""

import json
import zlib
from typing import Any

import orjson

REPLACEMENT = "�"
MAX_DEPTH = 64


class Unreadable(ValueError):
    """The body can never be used, however often it is sent."""


def gunzip(data: bytes, limit: int) -> bytes:
    """The unpacked bytes, at most `limit`. Raises Unreadable; never unpacks more than the limit."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        text = unpack.decompress(data, limit + 1)
    except zlib.error as error:
        raise Unreadable("The body is not valid gzip.") from error
    if len(text) > limit or not unpack.eof:
        raise Unreadable("The body is too large or cut off.")
    return text


def load(data: bytes | str) -> Any:
    """The JSON value. Raises Unreadable.

    orjson first; the standard library reads what orjson refuses although JSON allows it: escaped lone surrogates.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        text = data.decode() if isinstance(data, bytes) else data
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The body is not valid JSON.") from error


def dump(value: Any) -> str:
    """JSON text that `load` reads back."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # lone surrogates, numbers beyond 64 bits, deep nesting
        return json.dumps(value)


def needs_cleaning(text: str) -> bool:
    """Whether the JSON text may hold what PostgreSQL's jsonb cannot: NUL or lone surrogates, always escaped."""
    return "\\u0000" in text or "\\ud" in text or "\\uD" in text


def clean(value: Any) -> Any:
    """The same value with NUL and lone surrogates replaced by U+FFFD, in keys too."""
    if isinstance(value, str):
        return value.replace("\x00", REPLACEMENT).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value


def too_deep(value: dict) -> bool:
    """Whether objects and lists, as they come from JSON, are nested more than MAX_DEPTH levels."""
    layer: list[dict | list] = [value]
    for _level in range(MAX_DEPTH):
        layer = [
            item
            for part in layer
            for item in (part.values() if type(part) is dict else part)
            if type(item) is dict or type(item) is list
        ]
        if not layer:
            return False
    return True


def _refuse(name: str) -> None:
    raise ValueError(name)
