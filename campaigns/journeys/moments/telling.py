"""Telling of boundaries that passed: in slices of people, each with how far it is, so that a kill loses nothing and
nothing is told twice. What passed more than a day ago while nobody looked is history and is left out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from campaigns.journeys.compiled import versions
from campaigns.journeys.models import Journey, Moment
from campaigns.journeys.moments import away, carts, dates, stale
from campaigns.journeys.moments.asked import CART_LEFT, DATE_CAME, STALE, STAYED_AWAY, Asked, asked_by
from campaigns.journeys.moments.found import Finder, Span
from crm.events.actions import derive

FRESH = timedelta(hours=24)
FINDERS: dict[str, Finder] = {
    CART_LEFT: carts.find,
    STAYED_AWAY: away.find,
    DATE_CAME: dates.find,
    STALE: stale.find,
}


def watch_moments(*, at: datetime) -> None:
    """Keep one row for every boundary that a journey asks about, and no other. What passed before `at` is not news to
    one that was not asked about before. Three statements at most."""
    known = {Asked(row.event, row.details): row.pk for row in Moment.objects.all()}
    asked = set(_asked())  # read later, so that whoever made a row that is known is seen to ask for it
    if gone := [pk for one, pk in known.items() if one not in asked]:
        Moment.objects.filter(pk__in=gone).delete()
    new = [Moment(event=one.event, details=one.details, told=at) for one in sorted(asked - known.keys(), key=str)]
    if new:
        Moment.objects.bulk_create(new, ignore_conflicts=True)


def tell(*, at: datetime) -> int:
    """Tell of every boundary that passed up to `at`; how many people it concerned. Two that run at once share them."""
    watch_moments(at=at)
    told = 0
    for pk in Moment.objects.order_by("pk").values_list("pk", flat=True):
        while (slice_of := _slice(pk, at)) is not None:
            told += slice_of
    return told


def _asked() -> Iterable[Asked]:
    """Of all journeys that run, or are paused: what passes meanwhile is not to begin them later."""
    states = [Journey.State.LIVE, Journey.State.SHADOW, Journey.State.PAUSED]
    current = Journey.objects.filter(state__in=states).exclude(current=None).values_list("current_id", flat=True)
    for version in versions(list(current)).values():
        yield from asked_by(version.definition)


def _slice(pk: int, at: datetime) -> int | None:
    """One transaction: the next people, and how far it is. None where nobody is left, or another does it."""
    with transaction.atomic():
        row = Moment.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if row is None or (until := row.until or at) <= row.told:
            return None
        span = Span(max(row.told, until - FRESH), until, row.reached)
        found = FINDERS[row.event](Asked(row.event, row.details).read(), span)
        derive(found.facts, cause="time")
        if found.last is None:
            row.told, row.until, row.reached = until, None, 0
        else:
            row.until, row.reached = until, found.last
        row.save(update_fields=["told", "until", "reached"])
        return len(found.facts)
