"""The business's own questions and answers: written, changed, taken away."""

from datetime import datetime

from django.db import transaction

from crm.business.changes import note
from crm.dialogue.faq import words_of
from crm.dialogue.models import FaqEntry

WHAT = "faq"
MOST = 200


class TooMany(ValueError):
    """Nobody keeps more of them right."""


class TooCommon(ValueError):
    """It has only words that everybody uses: nothing would recognise it. `way` is how it was asked."""

    def __init__(self, way: str) -> None:
        super().__init__(way)
        self.way = way


def keep_faq(
    entry: FaqEntry | None,
    *,
    language: str,
    question: str,
    phrasings: str = "",
    answer: str,
    automatic: bool = False,
    by: str,
    at: datetime,
) -> FaqEntry:
    """A new entry, or another wording of `entry`. Raises TooMany, TooCommon."""
    ways = [question, *(line.strip() for line in phrasings.splitlines() if line.strip())]
    lexemes = words_of(language, ways)
    if "" in lexemes:
        raise TooCommon(ways[lexemes.index("")])
    said = {"language": language, "question": question, "phrasings": "\n".join(ways[1:]), "answer": answer}
    with transaction.atomic():
        if entry is None and FaqEntry.objects.count() >= MOST:
            raise TooMany
        note({WHAT: (entry.question if entry else "", question)}, by=by, at=at)
        kept = entry or FaqEntry()
        for name, value in {**said, "automatic": automatic, "lexemes": lexemes, "changed": at}.items():
            setattr(kept, name, value)
        kept.save()
        return kept


def remove_faq(entry: FaqEntry, *, by: str, at: datetime) -> None:
    """It is recognised no more; what was answered with it stays said."""
    with transaction.atomic():
        note({WHAT: (entry.question, "")}, by=by, at=at)
        entry.delete()
