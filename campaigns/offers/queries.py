from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Upper

from campaigns.offers import codes
from campaigns.offers.links import scanned
from campaigns.offers.models import Given, ListedCode, Offer
from engage.lib import clock

MOST_FOUND = 20
MOST_OWN = 50


def open_offers(at: datetime) -> QuerySet[Offer]:
    """Those that are given, though nobody knows how many are left."""
    return Offer.objects.filter(Q(closes=None) | Q(closes__gt=at), stopped=None)


def choices() -> list[tuple[str, str]]:
    """Keys and names of the open ones, by name. One query."""
    return list(open_offers(clock.now()).order_by("name").values_list("key", "name"))


def names() -> tuple[tuple[str, str], ...]:
    """Keys and names of all. One query."""
    return tuple(Offer.objects.order_by("name").values_list("key", "name"))


def any_offer() -> bool:
    """One query."""
    return Offer.objects.exists()


def find(key: str) -> Offer | None:
    return Offer.objects.filter(key=key).first()


def codes_left(offers: Sequence[Offer]) -> dict[int, int]:
    """How many codes the lists still have, by offer. One query, none where there are no lists."""
    listed = [one.pk for one in offers if one.coding == Offer.Coding.LISTED]
    if not listed:
        return {}
    left = ListedCode.objects.filter(offer__in=listed, taken=None).values_list("offer").annotate(n=Count("pk"))
    return dict.fromkeys(listed, 0) | dict(left)


def with_offer() -> QuerySet[Given]:
    return Given.objects.select_related("offer", "contact")


def of_code(text: str) -> list[Given]:
    """Whose code, or link, this is, as it was typed or scanned. One query."""
    if uid := scanned(text):
        return list(with_offer().filter(uid=uid))
    return list(coded(with_offer(), text).order_by("used", "-pk")[:MOST_FOUND])


def coded(given: QuerySet[Given], text: str) -> QuerySet[Given]:
    """Those of their own codes that were typed, in any case, with spaces. None where no code can be meant."""
    return given.exclude(code="").alias(capitals=Upper("code")).filter(capitals__in=codes.typed(text))


def shared_by(text: str) -> list[Offer]:
    """The offers whose one code this is. One query."""
    return list(Offer.objects.exclude(shared="").alias(capitals=Upper("shared")).filter(capitals__in=codes.typed(text)))


def given_to(contact: int) -> list[Given]:
    """The latest. One query."""
    return list(Given.objects.filter(contact=contact).select_related("offer").order_by("-pk")[:MOST_OWN])
