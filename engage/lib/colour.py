"""Contrast of colours, as WCAG 2.2 defines it. Colours are `#RRGGBB`."""

_LINEAR_BELOW = 0.04045


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable_on(colour: str, *, light: str = "#FFFFFF", dark: str = "#1F2622") -> str:
    """Whichever of the two reads better on `colour`."""
    return max((light, dark), key=lambda text: contrast(text, colour))


def _linear(part: float) -> float:
    return part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4
