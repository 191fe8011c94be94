"""Making offers, giving them, and what becomes of them at the counter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns.offers import codes
from campaigns.offers.giving import USED, Why, Wish, fact_of, give_all
from campaigns.offers.models import Given, ListedCode, Offer
from crm.contacts.actions import Owner, hold
from crm.contacts.models import Contact
from crm.events.actions import derive
from engage.lib import plain
from engage.lib.keys import free_key
from engage.lib.patience import patient

Coding = Offer.Coding
MOST_CODES = 50_000


class CannotGive(Exception):
    """Nobody was given anything."""


class SoldOut(CannotGive):
    """As many as there are were given, or the list has no codes left."""


class Ended(CannotGive):
    """It was stopped, or its time is over."""


class Nobody(CannotGive):
    """Whoever it was for is erased."""


class NameTaken(ValueError):
    """Another offer is called so."""


class BadCodes(ValueError):
    """There are none, or too many, or none of these can be a code; `wrong` are some of those."""

    def __init__(self, wrong: Collection[str] = ()) -> None:
        super().__init__()
        self.wrong = list(wrong)[:3]


@dataclass(frozen=True, slots=True)
class Terms:
    """What can be changed of an offer; what was given before keeps until when it is good."""

    name: str
    words: str = ""
    lasts_days: int | None = None
    closes: datetime | None = None
    most: int | None = None


def make(*, terms: Terms, coding: str = Coding.OWN, shared: str = "", listed: str = "", by: str, at: datetime) -> Offer:
    """Open at once. With `Coding.LISTED`, `listed` has the codes as they were pasted. Raises NameTaken, BadCodes."""
    if (coding == Coding.SHARED) != bool(shared):
        raise BadCodes
    found = _read(listed) if coding == Coding.LISTED else []
    key = free_key(terms.name, taken=set(Offer.objects.values_list("key", flat=True)), fallback="offer")
    try:
        with transaction.atomic():
            made = Offer.objects.create(key=key, coding=coding, shared=shared, at=at, by=by[:120], **_plain(terms))
            ListedCode.objects.bulk_create([ListedCode(offer=made, code=code) for code in found])
            return made
    except IntegrityError as error:
        raise NameTaken from error


def change(*, offer: Offer, terms: Terms) -> None:
    """Raises NameTaken."""
    try:
        with transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(**_plain(terms))
    except IntegrityError as error:
        raise NameTaken from error
    offer.refresh_from_db()


def add_codes(*, offer: Offer, listed: str) -> int:
    """More codes for one that has a list; how many were new. Raises BadCodes."""
    found = _read(listed) if offer.coding == Coding.LISTED else []
    if not found:
        raise BadCodes
    with transaction.atomic():
        Offer.objects.select_for_update().get(pk=offer.pk)
        before = offer.codes.count()
        ListedCode.objects.bulk_create([ListedCode(offer=offer, code=code) for code in found], ignore_conflicts=True)
        return offer.codes.count() - before


def stop(*, offer: Offer, at: datetime) -> None:
    """It is given no more; what was given stays good."""
    Offer.objects.filter(pk=offer.pk, stopped=None).update(stopped=at)
    offer.refresh_from_db()


def go_on(*, offer: Offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(stopped=None)
    offer.refresh_from_db()


@patient
def give(*, offer: Offer, owner: Owner, cause: str, at: datetime, by: str = "", reason: str = "") -> Given:
    """Once for each cause, however often and by however many at once. Raises SoldOut, Ended, Nobody."""
    with transaction.atomic():
        present = hold(contacts=[owner.contact]).present[owner.contact]
        if not Contact.objects.filter(pk=present, erased=None).exists():
            raise Nobody
        wish = Wish(offer.key, Owner(present, owner.recorded_for), cause, by, reason)
        (came,) = give_all([wish], at=at)
        if isinstance(came, Given):
            return came
        raise SoldOut if came is Why.SOLD_OUT else Ended


@patient
def use(*, given: Given, by: str, at: datetime) -> bool:
    """Once; False if it was used before. Also when it is late: that is for whoever stands at the counter to say."""
    with transaction.atomic():
        hold(contacts=[given.contact_id])
        if not Given.objects.filter(pk=given.pk, used=None).update(used=at, used_by=by[:120]):
            return False
        Offer.objects.filter(pk=given.offer_id).update(used_count=F("used_count") + 1)
        now = Given.objects.select_related("offer").get(pk=given.pk)
        derive([fact_of(now, USED, at, f"used:{at.isoformat()}")])
        return True


@patient
def undo_use(*, given: Given) -> bool:
    """It was not used after all; False if it is not."""
    with transaction.atomic():
        if not Given.objects.filter(pk=given.pk).exclude(used=None).update(used=None, used_by=""):
            return False
        Offer.objects.filter(pk=given.offer_id).update(used_count=F("used_count") - 1)
        return True


def _plain(terms: Terms) -> dict[str, object]:
    return {
        "name": plain.line(terms.name)[:120],
        "words": plain.lines(terms.words)[:2000],
        "lasts_days": terms.lasts_days,
        "closes": terms.closes,
        "most": terms.most,
    }


def _read(listed: str) -> list[str]:
    found, wrong = codes.pasted(listed)
    if wrong or not 0 < len(found) <= MOST_CODES:
        raise BadCodes(wrong)
    return found
