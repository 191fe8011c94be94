from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from campaigns.board.counting import family
from campaigns.board.models import Board, Suggestion, Vote

SIZE = 30
LONGEST_SEARCH = 100
MOST_OWN = 50
SHOWN = Q(standing=Suggestion.Standing.SHOWN, into=None) & ~Q(title="")


def board() -> Board:
    """As the owner has it; unsaved where it was never touched. One query."""
    return Board.objects.order_by("pk").first() or Board()


@dataclass(frozen=True, slots=True)
class Page:
    """Suggestions, and where the next page begins, or ''."""

    rows: list[Suggestion]
    next: str


def page(found: QuerySet[Suggestion], *, by: str = "votes", after: str = "", size: int = SIZE) -> Page:
    """A page by key: by `votes`, or the newest first. One query. A cursor that cannot be read begins at the top."""
    votes, _sep, key = after.partition("_")
    if _is_number(votes) and _is_number(key):
        later = Q(pk__lt=int(key))
        if by == "votes":
            # The first condition is for the index, the second says where in it.
            found = found.filter(votes__lte=int(votes)).filter(Q(votes__lt=int(votes)) | later)
        else:
            found = found.filter(later)
    order = ("-votes", "-pk") if by == "votes" else ("-pk",)
    rows = list(found.order_by(*order)[: size + 1])
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{more.votes}_{more.pk}" if more else "")


def searched(found: QuerySet[Suggestion], text: str) -> QuerySet[Suggestion]:
    """Those that have each of the words somewhere."""
    for word in text.replace("\x00", "")[:LONGEST_SEARCH].split():
        found = found.filter(Q(title__icontains=word) | Q(words__icontains=word))
    return found


def shown() -> QuerySet[Suggestion]:
    """What everybody may read."""
    return Suggestion.objects.filter(SHOWN)


def waiting() -> int:
    """How many are to be read. One query."""
    return Suggestion.objects.filter(into=None, standing=Suggestion.Standing.WAITING).count()


def voted(contact: int, suggestions: Collection[Suggestion]) -> set[int]:
    """Which of these they voted for, by primary key; what went into one of them counts for it. One query."""
    theirs = Vote.objects.filter(contact=contact).annotate(
        one=F("suggestion"), two=F("suggestion__into"), three=F("suggestion__into__into")
    )
    wanted = {one.pk for one in suggestions}
    return {pk for row in theirs.values_list("one", "two", "three") for pk in row if pk in wanted}


def votes_of(suggestion: Suggestion) -> QuerySet[Vote]:
    """By whom, the latest first; somebody who is two in it stands there once, by their first vote."""
    each = Vote.objects.filter(suggestion__in=family(suggestion.pk)).order_by("contact", "id").distinct("contact")
    return Vote.objects.filter(pk__in=each.values("pk")).select_related("contact").order_by("-id")


def suggested_by(contact: int) -> list[Suggestion]:
    """The latest. One query."""
    return list(Suggestion.objects.filter(contact=contact).order_by("-id")[:MOST_OWN])


def votes_by(contact: int) -> list[Vote]:
    """The latest, those for suggestions of their own too. One query."""
    found = Vote.objects.filter(contact=contact).select_related("suggestion")
    return list(found.order_by("-id")[:MOST_OWN])


def find(uid: UUID) -> Suggestion | None:
    return Suggestion.objects.filter(uid=uid).first()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
