"""The business look on survey pages: its colours as far as they can be read, its logo and its writing. Pure.

Every pair of a text and what it stands on reaches the contrast that WCAG 2.2 asks for (1.4.3: 4.5; of what is no text,
1.4.11: 3), with something to spare; a colour that does not is darkened or lightened for that place alone.
"""

import re
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from campaigns.designs.look import DARK_BACKGROUND, DARK_INK, DARK_MUTED, DARK_PAPER, FONTS, INK, MUTED, Look
from engage.lib.colour import adjusted, contrast, readable_on

TEXT, SHAPE = 4.7, 3.1
SURFACE, SUNKEN = "#FFFFFF", "#F3F0E9"
DARK_SUNKEN = "#222A26"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Colours:
    """Of one scheme. `paper` is around everything; what stands on it directly is `ink` and `muted`. `mark` is the
    shop's colour for edges, stars and ticks on a card; `main` is that of buttons, with `on_main` on it."""

    paper: str
    ink: str
    muted: str
    main: str
    on_main: str
    mark: str
    edge: str


@dataclass(frozen=True, slots=True)
class Theme:
    """`notes` say to the owner what was changed so that it can be read."""

    light: Colours
    dark: Colours
    font: str
    logo: str
    name: str
    notes: tuple[str, ...]


def theme(look: Look) -> Theme:
    """Colours that are none have our usual ones in their place."""
    usual = Look()
    sound = {name: getattr(look, name) for name in ("colour", "background") if _COLOUR.fullmatch(getattr(look, name))}
    look = replace(look, **{"colour": usual.colour, "background": usual.background} | sound)
    light = _colours(look, look.background, SURFACE, (INK, MUTED), SUNKEN)
    dark = _colours(look, DARK_BACKGROUND, DARK_PAPER, (DARK_INK, DARK_MUTED), DARK_SUNKEN)
    return Theme(light, dark, FONTS.get(look.font, FONTS["sans"]), look.logo, look.name, _notes(look, light, dark))


def pairs(colours: Colours, surface: str, ink: str) -> list[tuple[str, str, float]]:
    """Everything of the look that must be told apart: what, on what, and by how much."""
    return [
        (colours.ink, colours.paper, 4.5),
        (colours.muted, colours.paper, 4.5),
        (colours.on_main, colours.main, 4.5),
        (colours.mark, surface, 3),
        (colours.edge, colours.paper, 3),
        (ink, surface, 4.5),
    ]


def _colours(look: Look, paper: str, surface: str, inks: tuple[str, str], sunken: str) -> Colours:
    """`inks` are those of the scheme, kept where they can be read on the paper."""
    ink, muted = inks
    on_main = readable_on(look.colour)
    main = adjusted(look.colour, on_main, TEXT)
    if contrast(ink, paper) < TEXT:
        ink = readable_on(paper)
    return Colours(
        paper=paper,
        ink=adjusted(ink, paper, TEXT),
        muted=adjusted(muted, paper, TEXT),
        main=main,
        on_main=on_main,
        mark=_on_both(look.colour, surface, sunken),
        edge=adjusted(look.colour, paper, SHAPE),
    )


def _on_both(colour: str, surface: str, sunken: str) -> str:
    """On a card, and on one that is pointed at."""
    harder = min((surface, sunken), key=lambda one: contrast(readable_on(surface), one))
    return adjusted(adjusted(colour, surface, SHAPE), harder, SHAPE)


def _notes(look: Look, light: Colours, dark: Colours) -> tuple[str, ...]:
    said = []
    if light.main != look.colour:
        said.append(
            _("Words on your colour %(colour)s could not be read well: buttons have %(instead)s instead.")
            % {"colour": look.colour, "instead": light.main}
        )
    if light.mark != look.colour:
        said.append(
            _("Your colour %(colour)s hardly shows on white: stars and edges have %(instead)s instead.")
            % {"colour": look.colour, "instead": light.mark}
        )
    if dark.mark != look.colour:
        said.append(
            _("Your colour %(colour)s hardly shows by night: stars and edges have %(instead)s instead.")
            % {"colour": look.colour, "instead": dark.mark}
        )
    if light.ink != INK or light.muted != MUTED:
        said.append(
            _("Our usual ink could not be read on your background %(colour)s: words there have %(instead)s instead.")
            % {"colour": look.background, "instead": light.ink if light.ink != INK else light.muted}
        )
    return tuple(said)
