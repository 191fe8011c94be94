"""Reading contests and their entries. Photos themselves are read by `gallery` alone."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.contests.models import Contest, Entry
from campaigns.surveys.models import Survey

Standing = Entry.Standing
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    shown: int
    refused: int

    @property
    def all(self) -> int:
        return self.waiting + self.shown + self.refused


def contests() -> list[Contest]:
    """The newest first, each with `waiting` and `shown`. One query."""
    found = Contest.objects.select_related("survey__current").annotate(
        waiting=Count("entries", filter=Q(entries__standing=Standing.WAITING)),
        shown=Count("entries", filter=Q(entries__standing=Standing.SHOWN)),
    )
    return list(found.order_by("-id")[:MOST_LISTED])


def by_key(key: str) -> Contest | None:
    """One query."""
    return Contest.objects.select_related("survey__current__survey").filter(survey__key=key).first()


def by_uid(uid: UUID) -> Contest | None:
    """One query."""
    return Contest.objects.select_related("survey__current").filter(uid=uid).first()


def counts(contest: Contest) -> Counts:
    """One query."""
    found = dict(Entry.objects.filter(contest=contest).values_list("standing").annotate(Count("pk")))
    return Counts(*(found.get(one, 0) for one in (Standing.WAITING, Standing.SHOWN, Standing.REFUSED)))


def every_entry() -> QuerySet[Entry]:
    """With what REST says of each."""
    found = Entry.objects.select_related("contest__survey", "contact", "response")
    return found.defer("response__answers", "contest__survey__draft")


def entries(contest: Contest) -> QuerySet[Entry]:
    """With who entered, without the photos' bytes."""
    return (
        Entry.objects.filter(contest=contest)
        .select_related("contact", "photo", "small", "response")
        .defer("photo__data", "small__data")
    )


def entered_by(contact: int) -> list[Entry]:
    """With their contests, the latest first. One query."""
    return list(every_entry().filter(contact=contact).order_by("-id")[:MOST_LISTED])


def to_look_at() -> tuple[int, Contest | None]:
    """How many entries wait in all, and the contest that the first of them is in. Two queries at most."""
    waiting = Entry.objects.filter(standing=Standing.WAITING)
    first = waiting.select_related("contest").order_by("id").first()
    return (waiting.count(), first.contest) if first else (0, None)


def is_draft(contest: Contest) -> bool:
    return contest.survey.state == Survey.State.DRAFT


def with_form(survey: Survey) -> list[str]:
    """In words, the contest whose entry form it is. One query."""
    found = Contest.objects.select_related("survey").filter(survey=survey)
    return [_("the contest “{name}”").format(name=contest) for contest in found]
