"""Reads on places: which are live, one of them, and what came of each."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from campaigns.surveys.embeds.models import Placement, Seen
from campaigns.surveys.limits.limiting import is_full
from campaigns.surveys.limits.limits import Once, parse_limits
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.origins import way_of


def placements() -> QuerySet[Placement]:
    return Placement.objects.select_related("survey__current")


def live(at: datetime) -> list[Placement]:
    """Those that appear now, of surveys that whoever comes may answer. One query, and one for each whose places are
    limited."""
    found = placements().filter(on=True, survey__state=Survey.State.PUBLISHED).exclude(survey__current=None)
    now = found.filter(Q(starts=None) | Q(starts__lte=at), Q(ends=None) | Q(ends__gt=at))
    return [one for one in now if is_open(one.survey, at)]


def is_open(survey: Survey, at: datetime) -> bool:
    """Whether its limits let whoever comes answer now. At most one query."""
    limits = parse_limits(survey.limits)
    shut = limits.is_early(at) or limits.is_late(at) or limits.once is Once.LINK
    return not shut and not is_full(survey.pk, limits, {})


def some_on() -> bool:
    """Whether the site script has to load ours. One query."""
    return Placement.objects.filter(on=True, survey__state=Survey.State.PUBLISHED).exists()


def find(uid: UUID, survey: str) -> Placement | None:
    """One query."""
    return placements().filter(uid=uid, survey__key=survey).first()


def named(uids: Collection[UUID], at: datetime) -> list[Placement]:
    """Of those that are live, in their order. One query."""
    return [one for one in live(at) if one.uid in uids and one.shape != Placement.Shape.INLINE]


def groups_asked() -> list[tuple[str, str]]:
    """The groups that places are for, and what to call each: for what depends on groups. One query."""
    found = Placement.objects.exclude(segment=None).values_list("segment__uid", "survey__title")
    return [(str(uid), title) for uid, title in found]


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one origin. `asked` and `confirmed` are of sign-up forms."""

    origin: str
    shown: int = 0
    begun: int = 0
    answered: int = 0
    asked: int = 0
    confirmed: int = 0

    @property
    def share(self) -> int | None:
        """Percent of those to whom it was shown who answered, or asked; None where nothing was counted as shown."""
        return min(100, round(100 * max(self.answered, self.asked) / self.shown)) if self.shown else None


def came(survey: Survey) -> dict[str, Came]:
    """By origin, links that were passed on as one. Three queries."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    seen = Seen.objects.filter(survey=survey).values_list("origin").annotate(n=Sum("shown"), m=Sum("begun"))
    for origin, shown, begun in seen:
        found[way_of(origin)].update(shown=shown, begun=begun)
    final = Response.objects.filter(survey=survey, state=Response.State.FINAL).values_list("origin")
    for origin, answered in final.annotate(n=Count("id")):
        found[way_of(origin)].update(answered=answered)
    first, done = Count("id", filter=Q(again=False)), Count("confirmed")
    for origin, asked, confirmed in survey.sign_ups.values_list("origin").annotate(asked_n=first, done=done):
        found[way_of(origin)].update(asked=asked, confirmed=confirmed)
    return {origin: Came(origin, **numbers) for origin, numbers in found.items()}
