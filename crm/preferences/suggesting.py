"""What somebody's words may be about: a value that others were remembered for, or a choice, that stands in them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from crm.preferences.models import PreferenceKey
from crm.preferences.queries import keys_for
from engage.lib import sql

LATEST = 2_000
SHORTEST = 3
PLAIN = frozenset({"yes", "no", "none"})
"""Values that say nothing without their question."""


class Suggestion(NamedTuple):
    label: str
    value: str


def suggest(words: str, role: str) -> Suggestion | None:
    """The longest known value in `words`, of a key that this colleague may see; else a key that they name. Two
    queries, over the LATEST statements only."""
    keys = list(keys_for(role))
    said = words.casefold()
    known = sorted((pair for pair in _known(keys) if _stands_in(pair.value, said)), key=lambda pair: len(pair.value))
    if known:
        return known[-1]
    named = next((key for key in keys if _stands_in(key.label, said)), None)
    return Suggestion(named.label, "") if named else None


def _known(keys: list[PreferenceKey]) -> Iterator[Suggestion]:
    labels = {key.pk: key.label for key in keys}
    for key in keys:
        yield from (Suggestion(key.label, choice) for choice in key.choices)
    for pk, value in sql.rows(
        "SELECT DISTINCT key_id, value FROM (SELECT key_id, value FROM crm_preferences_preference "
        "WHERE state = 'active' AND kind = 'stated' ORDER BY received DESC LIMIT %s) AS latest ORDER BY key_id, value",
        [LATEST],
    ):
        if pk in labels and value.casefold() not in PLAIN:
            yield Suggestion(labels[pk], value)


def _stands_in(text: str, said: str) -> bool:
    """As whole words; Chinese has none, so there any place will do."""
    text = text.casefold()
    if not text.isascii():
        return len(text) > 1 and text in said
    return len(text) >= SHORTEST and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said) is not None
