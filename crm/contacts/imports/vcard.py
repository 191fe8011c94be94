"""vCards (2.1, 3.0 and 4.0) as a table: one card is one row. Ours, because it reads hostile files line by line."""

import quopri
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from django.utils.translation import gettext as _

from crm.contacts.imports.csv_file import UNREADABLE, Row
from crm.contacts.imports.encoding import binary, detect_encoding, text

LONGEST_LINE = 100_000
"""Characters of one unfolded line; what is longer (a photo) is cut."""
MOST_LINES = 1_000
"""Lines of one card; more is no card of a person."""
SEVERAL = 3
"""Addresses and numbers of each kind that are taken from one card."""
HEADER = [
    "Name", "First name", "Last name", "E-mail", "E-mail 2", "E-mail 3", "Phone", "Phone 2", "Phone 3", "Company",
    "Job title", "Language", "Time zone", "Birthday", "Street", "Town", "Region", "Postcode", "Country", "Website",
    "Note", "Tags",
]  # fmt: skip
SIMPLE = {
    "FN": "Name", "TITLE": "Job title", "LANG": "Language", "TZ": "Time zone", "BDAY": "Birthday", "URL": "Website",
    "NOTE": "Note", "CATEGORIES": "Tags",
}  # fmt: skip
ADDRESS = {2: "Street", 3: "Town", 4: "Region", 5: "Postcode", 6: "Country"}
_PROPERTY = re.compile(r'(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<params>(?:;(?:[^":;]|"[^"]*")*)*):(?P<value>.*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")


def is_vcard(path: Path) -> bool:
    with binary(path) as (_raw, stream):
        start = stream.read(64)
    return b"BEGIN:VCARD" in start.replace(b"\x00", b"").upper()


@contextmanager
def open_vcard(path: Path, *, encoding: str = "") -> "Iterator[VcardFile]":
    """The cards, in the encoding that is found."""
    encoding = encoding or detect_encoding(path)
    with binary(path) as (raw, stream), text(stream, encoding) as lines:
        yield VcardFile(path, encoding, raw, lines)


class VcardFile:
    """Open cards; iterating gives a row for each, once."""

    shape = "vCard"
    delimiter = ""

    def __init__(self, path: Path, encoding: str, raw: BinaryIO, lines: TextIO) -> None:
        self.path = path
        self.encoding = encoding
        self.header = HEADER
        self._raw = raw
        self._lines = lines
        self._number = 0

    @property
    def fraction(self) -> float:
        size = self.path.stat().st_size
        return min(1.0, self._raw.tell() / size) if size else 1.0

    def skip(self, rows: int) -> None:
        for _card, _row in zip(range(rows), self._cards(), strict=False):
            pass

    def __iter__(self) -> Iterator[Row]:
        for line, card, problem in self._cards():
            values, left_out = _values(card)
            unreadable = any(UNREADABLE.search(value) for value in values)
            yield Row(line, values, problem or (_("holds what is no text") if unreadable else ""), left_out)

    def _cards(self) -> Iterator[tuple[int, list[str], str]]:
        """(number of its first line, its unfolded lines, problem) of every card."""
        card: list[str] | None = None
        first = 0
        for number, line in self._unfolded():
            word = line.strip().upper()
            if word == "BEGIN:VCARD":
                if card is not None:
                    yield first, card, _("begins a card that never ends")
                card, first = [], number
            elif word == "END:VCARD" and card is not None:
                yield first, card, _("has too many lines") if len(card) >= MOST_LINES else ""
                card = None
            elif card is not None and len(card) < MOST_LINES:
                card.append(line)
        if card is not None:
            yield first, card, _("begins a card that never ends")

    def _unfolded(self) -> Iterator[tuple[int, str]]:
        """Lines that begin with a space go on with the one before; in quoted-printable, those after an `=`."""
        held, first = "", 0
        while line := self._lines.readline(LONGEST_LINE):
            self._number += 1
            bare = line.rstrip("\n")
            soft = held.endswith("=") and "QUOTED-PRINTABLE" in held.partition(":")[0].upper()
            if soft:
                held = held[:-1] + bare
            elif bare[:1] in (" ", "\t") and held:
                held += bare[1:] if len(held) < LONGEST_LINE else ""
            else:
                if held:
                    yield first, held
                held, first = bare, self._number
        if held:
            yield first, held


def _values(card: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """In the order of HEADER, and what is said of addresses and numbers beyond SEVERAL."""
    found: dict[str, str] = {}
    beyond: dict[str, set[str]] = {"EMAIL": set(), "TEL": set()}
    for line in card:
        match = _PROPERTY.fullmatch(line)
        if match is None:
            continue
        value = _decoded(match["value"], match["params"].upper())
        _take(found, beyond, match["name"].upper(), value)
    counts = {"of": SEVERAL, "emails": len(beyond["EMAIL"]), "phones": len(beyond["TEL"])}
    left_out = []
    if beyond["EMAIL"]:
        left_out.append(_("has more than %(of)d e-mail addresses; left out: %(emails)d") % counts)
    if beyond["TEL"]:
        left_out.append(_("has more than %(of)d phone numbers; left out: %(phones)d") % counts)
    return [found.get(title, "") for title in HEADER], tuple(left_out)


def _take(found: dict[str, str], beyond: dict[str, set[str]], name: str, value: str) -> None:
    if name in SIMPLE:
        found.setdefault(SIMPLE[name], _plain(value))
    elif name == "N":
        parts = [*_parts(value), "", ""]
        found.setdefault("Last name", parts[0])
        found.setdefault("First name", parts[1])
    elif name == "ORG":
        found.setdefault("Company", _parts(value)[0])
    elif name == "ADR":
        for place, part in enumerate(_parts(value)):
            if place in ADDRESS:
                found.setdefault(ADDRESS[place], part)
    elif name in ("EMAIL", "TEL"):
        title = "E-mail" if name == "EMAIL" else "Phone"
        text_ = _plain(value).removeprefix("tel:").removeprefix("mailto:")
        titles = [title, *(f"{title} {number}" for number in range(2, SEVERAL + 1))]
        free = next((title for title in titles if title not in found), None)
        if not text_ or text_ in found.values():
            return
        if free:
            found[free] = text_
        else:
            beyond[name].add(text_)


def _decoded(value: str, params: str) -> str:
    if "QUOTED-PRINTABLE" not in params:
        return value
    return quopri.decodestring(value.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _parts(value: str) -> list[str]:
    return [_plain(part) for part in re.split(r"(?<!\\);", value)]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
