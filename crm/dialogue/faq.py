"""Which of the business's own questions do these words ask?

Words are compared as PostgreSQL's dictionary of the entry's language makes them; Chinese and Japanese, which it does
not part into words, by pairs of signs. A way to ask counts by how much of it is in what was said, rare words more than
common ones. A guess is a suggestion to colleagues; only what is sure may be answered by itself.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from crm.dialogue.models import FaqEntry
from engage.lib import sql

CONFIGS = {"en": "english", "es": "spanish", "de": "german", "fr": "french", "it": "italian", "pt": "portuguese"}
LONGEST = 5_000
"""Signs of what was said that are looked at."""
LIKELY = 0.5
SURE = 0.8
MOST_WORDS = 40
"""Who says more says more than a question."""
MOST = 3
"""So many are suggested."""

_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Match:
    """`share` of a way to ask it is in what was said, from 0 to 1, by the words `because`."""

    entry: FaqEntry
    share: float
    because: tuple[str, ...]
    sure: bool


def matches(text: str) -> list[Match]:
    """The entries that are likely meant, the likeliest first. Two queries, one where there are no entries."""
    entries = list(FaqEntry.objects.all())
    if not entries:
        return []
    configs = sorted({_config(entry.language) for entry in entries})
    said = dict(zip(configs, lexemes([(config, text[:LONGEST]) for config in configs]), strict=True))
    return rank(entries, {entry.pk: frozenset(said[_config(entry.language)]) for entry in entries})


def rank(entries: Sequence[FaqEntry], said: dict[int, frozenset[str]]) -> list[Match]:
    """Pure. `said` are the words of the text by entry, in its language. Two that are equally sure are both a guess."""
    weights = _weights(entries)
    found = [match for entry in entries if (match := _match(entry, said[entry.pk], weights))]
    found.sort(key=lambda match: (-match.share, -len(match.because), match.entry.pk))
    best = found[:MOST]
    if len(best) > 1 and (best[0].share, len(best[0].because)) == (best[1].share, len(best[1].because)):
        best = [Match(one.entry, one.share, one.because, sure=False) for one in best]
    return best


def words_of(language: str, ways: Sequence[str]) -> list[str]:
    """What an entry keeps as its `lexemes`; empty for a way to ask with nothing but words that everybody uses. One
    query."""
    config = _config(language)
    return [" ".join(found) for found in lexemes([(config, way) for way in ways])]


def lexemes(texts: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The words of each (dictionary, text), each once. One query."""
    rows = sql.rows(
        "SELECT array_to_json(tsvector_to_array(to_tsvector(x.config::regconfig, x.text)))::text "
        "FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS x(config, text, n) ORDER BY x.n",
        [[config for config, _text in texts], [_parted(text) for _config, text in texts]],
    )
    return [sql.decoded(row[0]) for row in rows]


def _match(entry: FaqEntry, said: frozenset[str], weights: dict[str, float]) -> Match | None:
    ways = [way.split(" ") for way in entry.lexemes if way]
    shares = [(_share(way, said, weights), way) for way in ways]
    share, way = max(shares, key=lambda one: (one[0], len(one[1])), default=(0.0, []))
    if share < LIKELY:
        return None
    because = tuple(word for word in way if word in said)
    enough = len(because) > 1 or len(said) <= 2
    return Match(entry, share, because, sure=share >= SURE and enough and len(said) <= MOST_WORDS)


def _share(way: Sequence[str], said: frozenset[str], weights: dict[str, float]) -> float:
    return sum(weights[word] for word in way if word in said) / sum(weights[word] for word in way)


def _weights(entries: Sequence[FaqEntry]) -> dict[str, float]:
    """How much each word tells: less the more entries have it."""
    having = Counter(word for entry in entries for word in {word for way in entry.lexemes for word in way.split(" ")})
    return {word: log(1 + len(entries) / count) for word, count in having.items()}


def _config(language: str) -> str:
    return CONFIGS.get(language.split("-")[0], "simple")


def _parted(text: str) -> str:
    return _UNPARTED.sub(lambda run: f" {_pairs(run[0])} ", text.replace("\x00", " "))


def _pairs(run: str) -> str:
    return " ".join(run[n : n + 2] for n in range(len(run) - 1)) or run
