"""Blocks as they stand on the page where they are written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from campaigns.designs.blocks import BLOCKS, COLUMNS, OUTERMOST, PICTURE
from campaigns.designs.checks import Finding
from campaigns.designs.look import Look
from campaigns.designs.marks import as_shown
from campaigns.designs.parse import Json
from campaigns.designs.pictures import is_kept
from engage.dashboard.designs.words import KINDS


@dataclass(frozen=True)
class Lane:
    """Blocks below each other; `place` is the container in the address of a place."""

    place: str
    cards: list["Card"]

    @property
    def last(self) -> str:
        return f"{self.place}:{len(self.cards)}"


@dataclass(frozen=True)
class Card:
    """A block: `html` are its words, `values` the rest."""

    id: str
    type: str
    label: str | Promise
    icon: str
    number: int
    place: str
    values: Json
    html: dict[str, SafeString] = field(default_factory=dict)
    source: str = ""
    lanes: list[Lane] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return any(finding.stops for finding in self.found)

    @property
    def inside(self) -> bool:
        return not self.place.startswith(":")

    @property
    def takes_picture(self) -> bool:
        return any(known.kind == PICTURE for known in BLOCKS[self.type].values())


class Canvas:
    """All blocks, numbered as they are read."""

    def __init__(self, blocks: list[Json], found: Iterable[Finding], look: Look) -> None:
        self._found = list(found)
        self._number = 0
        self.look = look
        self.lane = self._lane("", blocks)

    def _lane(self, place: str, blocks: list[Json]) -> Lane:
        return Lane(place, [self._card(block, f"{place}:{at}") for at, block in enumerate(blocks)])

    def _card(self, block: Json, place: str) -> Card:
        self._number += 1
        type, id = block["type"], block["id"]
        label, icon = KINDS[type]
        return Card(
            id=id,
            type=type,
            label=label,
            icon=icon,
            number=self._number,
            place=place,
            values=block,
            html={name: shown(block[name], lines=known.lines) for name, known in BLOCKS[type].items() if known.most},
            source=source_of(block.get("picture", "")),
            lanes=[self._lane(f"{id}.{at}", column) for at, column in enumerate(block.get(COLUMNS, []))],
            found=self.found_of(id),
        )

    def found_of(self, id: str) -> list[Finding]:
        return [finding for finding in self._found if finding.place.startswith(f"{id}.")]


def kinds(*, inside: bool) -> list[tuple[str, Any, str]]:
    """What can be added."""
    return [(type, *KINDS[type]) for type in BLOCKS if not (inside and type in OUTERMOST)]


def shown(words: str, *, lines: bool) -> SafeString:
    """`as_shown` escapes all but its own marks."""
    return mark_safe(as_shown(words, lines=lines))  # noqa: S308


def source_of(picture: str) -> str:
    """Where the page finds a picture of ours; the pages load none from elsewhere."""
    return f"/media/{picture}" if is_kept(picture) else ""


def picture_words(picture: str) -> str:
    """What stands for a picture that the page does not load."""
    return _("A picture at %(address)s") % {"address": picture} if picture else _("No picture yet")
