"""Which broadcast a page is about, and numbers that several pages show."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.shortcuts import get_object_or_404

from campaigns.broadcasts.audience import rule_of
from campaigns.broadcasts.comparing import ENOUGH, USUAL_SHARE, detectable
from campaigns.broadcasts.models import Broadcast
from crm.rules import InvalidRule
from crm.segments.estimating import Estimate, estimate
from crm.segments.queries import count


def broadcast_or_404(uid: UUID) -> Broadcast:
    """One query."""
    return get_object_or_404(Broadcast.objects.select_related("topic", "campaign", "follows"), uid=uid)


def people_of(broadcast: Broadcast, at: datetime) -> Estimate | None:
    """How many it is for as things stand, exactly unless there are very many; None where nobody was chosen. Five
    queries."""
    try:
        rule = rule_of(broadcast)
    except InvalidRule:
        return None
    if about := estimate(rule, at=at):
        return about
    number = count(rule, at=at)
    return Estimate(number, number, number)


@dataclass(frozen=True)
class Trial:
    """What a comparison of versions could show: with so many people for each, a jump from `share` to `shows` in a
    hundred; None where not even that. `enough` for it to be worth trying."""

    each: int
    share: int
    shows: int | None
    enough: bool


def trial(broadcast: Broadcast, people: Estimate | None, versions: int) -> Trial | None:
    if versions < 2 or people is None:
        return None
    each = people.number * broadcast.sample_percent // 100 // versions
    shows = detectable(each, versions=versions)
    return Trial(each, round(USUAL_SHARE * 100), round(shows * 100) if shows else None, each >= ENOUGH)
