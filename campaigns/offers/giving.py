"""Putting offers into people's hands: once for each cause, and never more than there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from django.db.models import F

from campaigns.offers import codes
from campaigns.offers.models import Given, ListedCode, Offer
from crm.business.queries import business
from crm.contacts.actions import Owner
from crm.events.actions import Fact, derive
from engage.lib.local_time import moment_of, zone_of

GIVEN, USED = "Offer Given", "Offer Used"
Coding = Offer.Coding


class Why(StrEnum):
    """Why somebody was not given one."""

    SOLD_OUT = "sold_out"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wish:
    """To whom an offer (its key) shall be given, and for what; `depth` as `Fact` has it."""

    offer: str
    owner: Owner
    cause: str
    by: str = ""
    reason: str = ""
    depth: int = 0


def give_all(wishes: Sequence[Wish], *, at: datetime) -> list[Given | Why]:
    """What came of each, in their order: who comes first is given first. In the caller's transaction, which holds the
    people; the offers stay locked until its end. Four statements, and four for each offer."""
    if not wishes:
        return []
    keys, causes = {wish.offer for wish in wishes}, {wish.cause for wish in wishes}
    offers = {one.key: one for one in Offer.objects.select_for_update().filter(key__in=keys).order_by("pk")}
    before = Given.objects.filter(cause__in=causes, offer__in=[one.pk for one in offers.values()])
    known = {(one.offer_id, one.cause): one for one in before}
    made: list[tuple[Wish, Given]] = []
    outcome: dict[tuple[str, str], Given | Why] = {}
    for key in keys:
        asked = {wish.cause: wish for wish in reversed(wishes) if wish.offer == key}
        if (offer := offers.get(key)) is None:
            outcome |= dict.fromkeys([(key, cause) for cause in asked], Why.UNKNOWN)
            continue
        for cause in asked:
            if given := known.get((offer.pk, cause)):
                given.offer = offer
                outcome[key, cause] = given
        new = [wish for cause, wish in reversed(asked.items()) if (key, cause) not in outcome]
        given_now = _hand_out(offer, new, at)
        made += given_now
        outcome |= {(key, one.cause): one for _wish, one in given_now}
        short = Why.ENDED if offer.is_over(at) else Why.SOLD_OUT
        outcome |= {(key, wish.cause): short for wish in new[len(given_now) :]}
    Given.objects.bulk_create([one for _wish, one in made])
    derive([fact_of(one, GIVEN, at, "given", depth=wish.depth) for wish, one in made])
    return [outcome[wish.offer, wish.cause] for wish in wishes]


def fact_of(given: Given, name: str, at: datetime, occasion: str, *, depth: int = 0) -> Fact:
    """For triggers and rules. The code stands in no event."""
    return Fact(
        contact=given.contact_id,
        recorded_for=given.recorded_for_id,
        name=name,
        at=at,
        message_id=f"offer:{given.uid}:{occasion}",
        properties={"offer": given.offer.key, "name": given.offer.name},
        depth=depth,
    )


def good_until(offer: Offer, at: datetime) -> datetime | None:
    """To the end of the shop's day on which it has lasted long enough, and no longer than the offer itself."""
    ends = [offer.closes] if offer.closes else []
    if offer.lasts_days is not None:
        zone = zone_of(business().timezone)
        after = at.astimezone(zone).date() + timedelta(days=offer.lasts_days + 1)
        ends.append(moment_of(datetime.combine(after, time(0), tzinfo=zone)) - timedelta(seconds=1))
    return min(ends, default=None)


def _hand_out(offer: Offer, wishes: Sequence[Wish], at: datetime) -> list[tuple[Wish, Given]]:
    """To the first of them, as many as there are; unsaved, but counted. The offer is locked."""
    room = 0 if offer.is_over(at) else len(wishes) if offer.left is None else min(len(wishes), offer.left)
    stock = _codes(offer, room, at) if room else []
    if not stock:
        return []
    Offer.objects.filter(pk=offer.pk).update(given_count=F("given_count") + len(stock))
    offer.given_count += len(stock)
    until = good_until(offer, at)
    return [
        (
            wish,
            Given(
                offer=offer,
                contact_id=wish.owner.contact,
                recorded_for_id=wish.owner.recorded_for,
                code=code,
                cause=wish.cause,
                reason=wish.reason,
                at=at,
                by=wish.by[:120],
                good_until=until,
            ),
        )
        for wish, code in zip(wishes, stock, strict=False)
    ]


def _codes(offer: Offer, n: int, at: datetime) -> list[str]:
    """`n` of them, fewer where a list has fewer; empty ones where nobody has a code of their own."""
    if offer.coding == Coding.LISTED:
        left = list(ListedCode.objects.filter(offer=offer, taken=None).order_by("id")[:n])
        ListedCode.objects.filter(pk__in=[one.pk for one in left]).update(taken=at)
        return [one.code for one in left]
    if offer.coding != Coding.OWN:
        return [""] * n
    known: set[str] = set()
    while True:
        found = codes.fresh(n, known)
        met = set(Given.objects.filter(offer=offer, code__in=found).values_list("code", flat=True))
        if not met:
            return found
        known |= met
