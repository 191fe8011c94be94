"""Days and moments as customers read them, in the language that is active."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language

FORMATS = {
    "day": {"": "j F Y", "es": r"j \d\e F \d\e Y", "zh-hans": "Y年n月j日"},
    "month": {"": "F Y", "es": r"F \d\e Y", "zh-hans": "Y年n月"},
    "of_year": {"": "j F", "es": r"j \d\e F", "zh-hans": "n月j日"},
    "weekday": {"": "l, j F", "es": r"l, j \d\e F", "zh-hans": "n月j日l"},
    "moment": {"": "j F Y, H:i", "es": r"j \d\e F \d\e Y, H:i", "zh-hans": "Y年n月j日 H:i"},
}
"""By what is said of it, then by language; '' is how all others write it."""


def in_words(at: date | datetime, how: str = "day") -> str:
    """`how` is one of FORMATS. A moment is shown on the clock that it carries."""
    written = FORMATS[how]
    return date_format(at, written.get(get_language() or "", written[""]))
