"""Reads on signs and cases: what is ticked, whom we hold back for, and what came of it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from crm.leaving.models import Case, Kind, Sign
from engage.lib import sql
from engage.lib.likely import share

LEAVING = "leaving"
"""The reason's code on a message that waits until it is said what came of a case."""

ENOUGH = 10
"""From so many known results on their share says something."""


@dataclass(frozen=True, slots=True)
class Talks:
    """`asked`: they wrote themselves how to leave. `who` talks with them, '' if nobody was named."""

    since: datetime
    asked: bool
    who: str


def held_by_case(contact_ids: Collection[int]) -> dict[int, Talks]:
    """Who of these people has an open case. One query."""
    found = sql.rows(
        "SELECT k.contact_id, k.opened, k.kind, COALESCE(NULLIF(u.name, ''), u.email, '') FROM crm_leaving_case AS k "
        "LEFT JOIN crm_business_user AS u ON u.id = k.assignee_id WHERE k.contact_id = ANY(%s) AND k.closed IS NULL",
        [list(contact_ids)],
    )
    return {contact: Talks(since, kind in (Kind.SUBJECT, Kind.FAQ), who) for contact, since, kind, who in found}


def ticked(kind: Kind, refs: Iterable[str] | None = None) -> dict[str, str]:
    """Ref → label of what is ticked, of these or of all. One query."""
    signs = Sign.objects.filter(kind=kind)
    return dict((signs if refs is None else signs.filter(ref__in=list(refs))).values_list("ref", "label"))


def cases() -> QuerySet[Case]:
    return Case.objects.select_related("contact", "assignee", "conversation", "task")


def open_cases_by_due() -> QuerySet[Case]:
    """The most pressing first. One query."""
    return cases().filter(closed=None).order_by("due", "id")


def told_cases() -> QuerySet[Case]:
    """Those with a result, the latest first. One query."""
    return cases().exclude(closed=None).exclude(outcome="").order_by("-closed", "-id")


def case_of(contact_id: int) -> Case | None:
    """The open one, else the last with a result. One query."""
    told = Q(closed=None) | ~Q(outcome="")
    return cases().filter(told, contact=contact_id).order_by("-opened", "-id").first()


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the cases of a time. `between` is in which the share of those who stay lies, of whom it is known, in
    whole per cent (95 of 100 such intervals hold the true share); None: too few to tell."""

    stayed: int
    left: int
    cannot_tell: int

    @property
    def total(self) -> int:
        return self.stayed + self.left + self.cannot_tell

    @property
    def known(self) -> int:
        return self.stayed + self.left

    @property
    def between(self) -> tuple[int, int] | None:
        if self.known < ENOUGH:
            return None
        low, high = share(self.stayed, self.known)
        return round(low * 100), round(high * 100)


def tally(since: datetime) -> Tally:
    """Of the cases closed since then. One query."""
    found = Case.objects.filter(closed__gte=since).exclude(outcome="").values_list("outcome").annotate(n=Count("id"))
    counts = dict(found)
    return Tally(*(counts.get(outcome, 0) for outcome in ("stayed", "left", "cannot_tell")))
