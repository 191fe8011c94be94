"""Short names made from what people write: `Which milk do you take?` → `which_milk_do_you_take`."""

import re
import unicodedata
from collections.abc import Collection

_LONGEST = 40


def free_key(text: str, *, taken: Collection[str], fallback: str) -> str:
    """A key of a-z, 0-9 and _ that is not taken, 40 signs at most; texts without Latin letters give the fallback."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].strip("_")
    if not key or not key[0].isalpha():
        key = fallback
    number, free = 2, key
    while free in taken:
        free, number = f"{key[: _LONGEST - 4]}_{number}", number + 1
    return free
