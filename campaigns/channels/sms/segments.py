"""How many segments a text takes, which is what a text message is paid by (3GPP TS 23.038 and 23.040).

A text whose characters all stand in the GSM alphabet has 160 of them in one message, 153 in each part of a longer one;
some of them count twice. Any other character makes the whole text UCS-2: 70, or 67 in each part. Neither a character
that counts twice nor a pair of surrogates is cut in two.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("\f^{}\\[~]|€")
_SIZES = {"GSM": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """`left` is how many more characters the last segment takes."""

    count: int
    alphabet: str
    left: int


def segments(text: str) -> Segments:
    """An empty text is one segment."""
    alphabet = "GSM" if set(text) <= _BASIC | _TWICE else "UCS-2"
    alone, together = _SIZES[alphabet]
    widths = [_width(character, alphabet) for character in text]
    if (used := sum(widths)) <= alone:
        return Segments(1, alphabet, alone - used)
    count, filled = 1, 0
    for width in widths:
        if filled + width > together:
            count, filled = count + 1, 0
        filled += width
    return Segments(count, alphabet, together - filled)


def unusual(text: str) -> str:
    """The first character that the GSM alphabet lacks; empty if it has them all."""
    return next((character for character in text if character not in _BASIC | _TWICE), "")


def _width(character: str, alphabet: str) -> int:
    if alphabet == "GSM":
        return 2 if character in _TWICE else 1
    return 2 if ord(character) > 0xFFFF else 1
