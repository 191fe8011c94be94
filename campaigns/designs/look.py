"""How everything that the business sends looks: set once, used by all designs."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engage.lib.colour import contrast, readable_on

# None that MJML would fetch from elsewhere by itself, as it does with Roboto, Lato, Ubuntu, Open Sans and Droid Sans.
FONTS: Mapping[str, str] = MappingProxyType(
    {
        "sans": "-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif",
        "serif": "Georgia, 'Times New Roman', Times, serif",
        "round": "'Trebuchet MS', 'Lucida Grande', Verdana, sans-serif",
        "typewriter": "'Courier New', Courier, monospace",
    }
)
SOCIAL = ("Instagram", "Facebook", "YouTube", "TikTok", "WhatsApp", "LinkedIn")
"""Where shops are; their own website is known."""
PAPER, DARK_PAPER = "#FFFFFF", "#1D2421"
INK, MUTED, LINE = "#1F2622", "#5C655F", "#E6E1D8"
DARK_BACKGROUND, DARK_INK, DARK_MUTED, DARK_LINE = "#151A18", "#E8EBE7", "#A3ADA7", "#303935"
READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Look:
    """`logo` is the name of a picture; `social` are (label, address)."""

    name: str = ""
    colour: str = "#1F6F5C"
    background: str = "#FAF8F4"
    font: str = "sans"
    logo: str = ""
    footer: str = ""
    social: tuple[tuple[str, str], ...] = ()

    @property
    def on_colour(self) -> str:
        """What reads on a button."""
        return readable_on(self.colour)

    @property
    def link(self) -> str:
        """The colour where it reads on paper, else ink."""
        return self.colour if contrast(self.colour, PAPER) >= READABLE else INK
