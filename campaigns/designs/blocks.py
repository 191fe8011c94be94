"""What a designed message may be made of: the table of blocks and of their fields, and what a letter is made of.

A field is a text, always. `words` are shown and may hold Liquid; with `marks`, paragraphs, **bold**, *italic*, lists
and [labels](addresses) too. A body that `parse` accepts always compiles, as far as its Liquid does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

WORDS, ADDRESS, PICTURE, CHOICE = "words", "address", "picture", "choice"
NAME, PRODUCT = "name", "product"

MOST_BLOCKS = 100
MOST_COLUMNS = 3
LONGEST_ADDRESS = 1000
COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Field:
    """`most` characters of a `kind`; one of `choices`. What is left out is `default`."""

    kind: str
    most: int = 0
    choices: tuple[str, ...] = ()
    default: str = ""
    marks: bool = False
    lines: bool = False


_SIDE = Field(CHOICE, choices=("left", "center"), default="left")
_MIDDLE = Field(CHOICE, choices=("center", "left"), default="center")
_ADDRESS = Field(ADDRESS, LONGEST_ADDRESS)
_PICTURE = Field(PICTURE, LONGEST_ADDRESS)
_ALT = Field(WORDS, 300)

BLOCKS: Mapping[str, Mapping[str, Field]] = MappingProxyType(
    {
        "heading": {
            "text": Field(WORDS, 300),
            "size": Field(CHOICE, choices=("large", "small"), default="large"),
            "align": _SIDE,
        },
        "text": {"text": Field(WORDS, 20_000, marks=True, lines=True), "align": _SIDE},
        "picture": {
            "picture": _PICTURE,
            "alt": _ALT,
            "url": _ADDRESS,
            "width": Field(CHOICE, choices=("full", "half"), default="full"),
        },
        "button": {"label": Field(WORDS, 120), "url": _ADDRESS, "align": _MIDDLE},
        "product": {
            "product": Field(PRODUCT, 36),
            "instead": Field(PRODUCT, 36),
            "label": Field(WORDS, 120),
        },
        COLUMNS: {},
        "divider": {},
        "question": {"survey": Field(NAME, 60)},
        "told": {
            "key": Field(NAME, 60),
            "text": Field(WORDS, 2000, marks=True, lines=True),
            "otherwise": Field(WORDS, 2000, marks=True, lines=True),
        },
        "signature": {
            "words": Field(WORDS, 300),
            "name": Field(WORDS, 120, default="{{ business.sender_name }}"),
            "role": Field(WORDS, 120),
            "picture": _PICTURE,
            "alt": _ALT,
        },
        "social": {"align": _MIDDLE},
        "footer": {"text": Field(WORDS, 2000, marks=True, lines=True)},
    }
)

OUTERMOST = frozenset({COLUMNS, "footer"})
"""These stand in no column."""

LETTER: Mapping[str, Field] = MappingProxyType(
    {
        "picture": _PICTURE,
        "alt": _ALT,
        "text": Field(WORDS, 50_000, marks=True, lines=True),
        "label": Field(WORDS, 120),
        "url": _ADDRESS,
    }
)
