"""Earlier answers, and what is remembered, within the words of a survey: pure.

{{ answer.milk }}   what was answered to the question `milk` on a page before
{{ told.milk }}     what they told us before, under the key `milk`; only where they may see it
{{ told.milk | default: "milk" }}   and what stands there otherwise
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_PLACE = re.compile(r"\{\{\s*(answer|told)\.([a-z][a-z0-9_]{0,39})\s*(?:\|\s*default:\s*\"([^\"{}]*)\"\s*)?\}\}")
UNKNOWN = "…"


class Place(NamedTuple):
    """`kind` is answer or told; `otherwise` is None where nothing is said of it."""

    kind: str
    name: str
    otherwise: str | None


def places(text: str) -> Iterator[Place]:
    for found in _PLACE.finditer(text):
        yield Place(*found.groups())


def is_sound(text: str) -> bool:
    """Whether every brace belongs to a place."""
    rest = _PLACE.sub("", text)
    return "{{" not in rest and "}}" not in rest


def fill(text: str, known: Mapping[tuple[str, str], str]) -> str:
    """The text with what is known by (kind, name); UNKNOWN where there is nothing."""

    def said(found: re.Match[str]) -> str:
        place = Place(*found.groups())
        return known.get((place.kind, place.name)) or (UNKNOWN if place.otherwise is None else place.otherwise)

    return _PLACE.sub(said, text)


def fill_or_leave_out(text: str, known: Mapping[tuple[str, str], str]) -> str:
    """The same, but nothing at all where something in it is not known and nothing was said of that."""
    lacks = any(place.otherwise is None and not known.get((place.kind, place.name)) for place in places(text))
    return "" if lacks else fill(text, known)
