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


def adjusted(colour: str, on: str, least: float) -> str:
    """The colour, darkened or lightened no more than it takes to reach the contrast `least` on another. Towards black
    or white, whichever is farther from that; one of the two reaches 4.58 on any colour (WCAG 2.2)."""
    if contrast(colour, on) >= least:
        return colour
    goal = readable_on(on, dark="#000000")
    low, high = 0.0, 1.0
    while high - low > 1 / 512:
        middle = (low + high) / 2
        low, high = (low, middle) if contrast(_mixed(colour, goal, middle), on) >= least else (middle, high)
    return _mixed(colour, goal, high)


def _mixed(colour: str, goal: str, share: float) -> str:
    parts = [(int(colour[at : at + 2], 16), int(goal[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (other - one) * share):02X}" for one, other in parts)


def _linear(part: float) -> float:
    return part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4
