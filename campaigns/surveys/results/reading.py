"""What people said in their own words, found again: by question, tag, score and words, the newest first."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL

from campaigns.surveys.models import AnswerTag, Response, Saying, Survey
from campaigns.surveys.queries import narrow
from campaigns.surveys.results.narrowing import EVERYBODY, Narrowed
from engage.lib.cursor import Page, page_by_time

LONGEST = 200
MOST_WORDS = 12
SIGNS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


@dataclass(frozen=True)
class Search:
    """All of it holds at once; `hidden` are questions whose answers may not be seen."""

    words: str = ""
    question: str = ""
    tag: AnswerTag | None = None
    least: int | None = None
    most: int | None = None
    hidden: Collection[str] = ()


def sayings(
    survey: Survey,
    search: Search,
    narrowed: Narrowed = EVERYBODY,
    *,
    at: datetime,
    cursor: str = "",
    size: int = 20,
) -> Page[Saying]:
    """A page of what was said with who said it, their tags. Three queries. Raises InvalidRule,
    NoEventAtHand."""
    found = matching(survey, search, narrowed, at=at).select_related("response__contact")
    return page_by_time(found.prefetch_related("tagged__tag"), cursor, size=size)


def matching(survey: Survey, search: Search, narrowed: Narrowed = EVERYBODY, *, at: datetime) -> QuerySet[Saying]:
    found = Saying.objects.filter(survey=survey).exclude(question__in=list(search.hidden))
    if search.question:
        found = found.filter(question=search.question)
    if search.tag:
        found = found.filter(tagged__tag=search.tag)
    if search.least is not None:
        found = found.filter(score__gte=search.least)
    if search.most is not None:
        found = found.filter(score__lte=search.most)
    if terms := query_of(search.words):
        condition = RawSQL("campaigns_surveys_words(words) @@ %s::tsquery", [terms])
        found = found.alias(fits=condition).filter(fits=True)
    if narrowed:
        final = Response.objects.filter(survey=survey, state=Response.State.FINAL)
        found = found.filter(response__in=narrow(final, survey, narrowed, at=at))
    return found


def query_of(words: str) -> str:
    """A tsquery: each word that was typed begins one that was said; signs of Chinese, Japanese and Korean stand
    together. '' where nothing is looked for."""
    typed = re.findall(rf"[{SIGNS}]+|[^\W{SIGNS}]+", words.replace("\x00", " ").lower()[:LONGEST])[:MOST_WORDS]
    return " & ".join(_term(one) for one in typed)


def _term(word: str) -> str:
    if re.match(rf"[{SIGNS}]", word):
        return "(" + " <-> ".join(f"'{sign}'" for sign in word) + ")"
    return f"'{word}':*"


def tags(survey: Survey) -> list[tuple[AnswerTag, int]]:
    """Each tag with how many sayings have it, the most first. One query."""
    found = AnswerTag.objects.filter(survey=survey).annotate(n=Count("tagged")).order_by("-n", "name")
    return [(tag, tag.n) for tag in found]
