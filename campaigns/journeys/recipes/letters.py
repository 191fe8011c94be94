"""The finished texts of the recipes, one file each: letters/<language>/<recipe>.liquid, further ones of the same recipe
letters/<language>/<recipe>.<name>.liquid. The first line is the subject, the rest the letter.

Besides Liquid they have, in square brackets, what is filled in once, when a shop takes the recipe:

    [question]    the key of the survey that it asks
    [answer]      the key under which the answer is remembered
    [memory]      the key of something else that people told this shop
    [date]        the key of the remembered date that it goes by
    [tú|usted]    words by how the shop speaks: to a friend, or politely

A paragraph with a key that this shop does not have is left out.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "letters"
LANGUAGES = ("en", "es", "zh-hans")
_WAYS = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_KEYS = ("question", "answer", "memory", "date")


@dataclass(frozen=True, slots=True)
class Filling:
    """What a shop's letters are filled with; a key is '' where it has none."""

    language: str = "en"
    polite: bool = False
    question: str = ""
    answer: str = ""
    memory: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    subject: str
    text: str


def finished(recipe: str, name: str, filling: Filling) -> Finished:
    """One letter as this shop would send it. Raises FileNotFoundError in a language that we have no letters in."""
    said = _WAYS.sub(r"\2" if filling.polite else r"\1", _source(filling.language, recipe, name))
    subject, *paragraphs = said.strip().split("\n\n")
    filled = (_filled(paragraph, filling) for paragraph in paragraphs)
    return Finished(subject, "\n\n".join(paragraph for paragraph in filled if paragraph))


def spoken(language: str) -> str:
    """The language if there are letters in it, else English."""
    return language if language in LANGUAGES else LANGUAGES[0]


def _filled(paragraph: str, filling: Filling) -> str:
    for key in _KEYS:
        if f"[{key}]" in paragraph:
            value = getattr(filling, key)
            if not value:
                return ""
            paragraph = paragraph.replace(f"[{key}]", value)
    return paragraph


@cache
def _source(language: str, recipe: str, name: str) -> str:
    stem = f"{recipe}.{name}" if name else recipe
    return (FOLDER / language / f"{stem}.liquid").read_text(encoding="utf-8")
