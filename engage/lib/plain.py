"""Foreign words as they may be shown: without characters that stand for nothing, or turn what stands beside them."""

import re
import unicodedata

_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
_UNSEEN += "\ufff9-\ufffc"
_TRICKS = re.compile(f"[{_TURNING}{_UNSEEN}\U000e0000-\U000e007f]")
_PATHS = re.compile(r'[/\\:*?"<>|]+')
LONGEST_NAME = 120


def line(text: str) -> str:
    """On one line, such as a name or a subject."""
    shown = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in _kept(text))
    return " ".join(shown.split())


def lines(text: str) -> str:
    """With its lines, and no other control characters."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(char for char in _kept(whole) if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})


def file_name(text: str, *, otherwise: str) -> str:
    """The name of a file, its ending last and in sight, without folders."""
    name = line(_PATHS.sub("_", line(text))).strip(" .")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        short = bool(dot) and len(ending) <= 10
        name = f"{stem[: LONGEST_NAME - 11]}.{ending}" if short else name[:LONGEST_NAME]
    return name or otherwise


def _kept(text: str) -> str:
    """Joiners stay where a script needs them; no more than one of them at a time."""
    return re.sub("[\u200c\u200d]{2,}", "\u200d", _TRICKS.sub("", text))
