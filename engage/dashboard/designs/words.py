"""Blocks and their fields in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

type Words = Any
"""A text, or one that is translated when it is shown."""

KINDS: Mapping[str, tuple[Words, str]] = {
    "heading": (_("Heading"), "forms"),
    "text": (_("Text"), "note"),
    "picture": (_("Picture"), "eye"),
    "button": (_("Button"), "link"),
    "product": (_("Product"), "shopping-bag"),
    "columns": (_("Columns"), "list"),
    "divider": (_("Line"), "adjustments-horizontal"),
    "question": (_("Question"), "question-mark"),
    "told": (_("What they told us"), "sparkles"),
    "signature": (_("Signature"), "user"),
    "social": (_("Where to find us"), "world"),
    "footer": (_("Footer"), "mail-check"),
}

LABELS: Mapping[str, Words] = {
    "subject": _("Subject"),
    "preheader": _("First line"),
    "source": _("Source"),
    "text": _("Text"),
    "size": _("Size"),
    "align": _("Where"),
    "picture": _("Picture"),
    "alt": _("What it shows"),
    "url": _("Leads to"),
    "width": _("Width"),
    "label": _("On the button"),
    "product": _("Product"),
    "instead": _("If it is sold out"),
    "survey": _("Question"),
    "key": _("What we remember"),
    "otherwise": _("Everybody else reads"),
    "words": _("Closing"),
    "name": _("Name"),
    "role": _("Under the name"),
}

HINTS: Mapping[str, Words] = {
    "preheader": _("Mail programs show it beside the subject."),
    "alt": _("Read by those who do not see pictures."),
    "url": _("https://…, mailto: or tel:"),
    "otherwise": _("Who told us nothing. Empty: they do not see this block."),
    "role": _("Such as: roasts on Thursdays."),
    "instead": _("If that is gone too, the block is left out."),
}

PLACE_HINTS: Mapping[tuple[str, str], Words] = {
    ("told", "text"): _("Write {{ value }} for their answer and {{ because }} for when they said it."),
    ("footer", "text"): _("Empty: the words of your look. The ways out and your address always follow."),
    ("product", "label"): _("Empty: Have a look."),
}

CHOICES: Mapping[str, Words] = {
    "left": _("Left"),
    "center": _("In the middle"),
    "large": _("Large"),
    "small": _("Small"),
    "full": _("As wide as it can be"),
    "half": _("Half as wide"),
}

LANGUAGES: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "zh-hans": "简体中文",
}


def language_words(language: str) -> str:
    return LANGUAGES.get(language, language)
