"""What a shadow has shown so far: who began, what would have gone, what held the rest."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from campaigns.journeys.asking import shop_time
from campaigns.journeys.models import Enrolment, Journey, ShadowMessage
from campaigns.journeys.queries import walks_of

Fate = ShadowMessage.Fate
GONE = frozenset({Fate.WENT, Fate.LATER, Fate.MERGED})


@dataclass(slots=True)
class Day:
    """One day of the shop: walks begun, messages that would have gone, and those that would not, or not yet."""

    began: int = 0
    went: int = 0
    held: int = 0


@dataclass(slots=True)
class Figures:
    """Sums since the shadow began; `reasons` count each message that anything held, once, by what held it last."""

    since: datetime
    walks: int = 0
    people: int = 0
    under_way: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    days: dict[date, Day] = field(default_factory=dict)
    fates: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def went(self) -> int:
        return sum(self.fates[fate] for fate in GONE)

    @property
    def not_gone(self) -> int:
        return sum(self.fates.values()) - self.went


def figures(journey: Journey) -> Figures:
    """Of a journey in shadow. Three queries; days are the shop's."""
    walks, found = walks_of(journey), Figures(since=journey.state_at)
    here = shop_time(found.since).tzinfo
    for outcome, count in walks.values_list("outcome").annotate(n=Count("pk")).order_by():
        found.walks += count
        if outcome:
            found.outcomes[outcome] += count
        else:
            found.under_way += count
    found.people = walks.aggregate(n=Count("contact", distinct=True))["n"]
    for day, count in walks.values_list(TruncDate("began", tzinfo=here)).annotate(n=Count("pk")).order_by():
        found.days.setdefault(day, Day()).began += count
    day_of = TruncDate(Coalesce("went", "asked"), tzinfo=here)
    sums = messages_of(journey).annotate(day=day_of).values_list("day", "fate", "why").annotate(n=Count("pk"))
    for day, fate, why, count in sums.order_by():
        found.fates[fate] += count
        if why:
            found.reasons[why] += count
        if fate in GONE:
            found.days.setdefault(day, Day()).went += count
        else:
            found.days.setdefault(day, Day()).held += count
    return found


def messages_of(journey: Journey, **only: Any) -> QuerySet[ShadowMessage]:
    """What its walks in shadow would have sent; `only` narrows by fields, and by `day`, one of the shop's."""
    found = ShadowMessage.objects.filter(enrolment__in=walks_of(journey).order_by().values("pk"))
    if day := only.pop("day", None):
        here = shop_time(journey.state_at).tzinfo
        found = found.annotate(day=TruncDate(Coalesce("went", "asked"), tzinfo=here)).filter(day=day)
    return found.filter(**only)


def verdicts_of(enrolment: Enrolment) -> dict[int, ShadowMessage]:
    """By visit, what became of the messages of one walk in shadow. One query."""
    return {message.visit: message for message in enrolment.shadow_messages.all()}
