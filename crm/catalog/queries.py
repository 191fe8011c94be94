"""Reads on products and orders."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max, QuerySet, Sum

from crm.catalog.models import Order, Product


class Bought(NamedTuple):
    """What one contact bought in one currency, refunds and what was given back left out."""

    currency: str
    orders: int
    total: Decimal


def orders_of(contact_id: int) -> QuerySet[Order]:
    """Orders and refunds of a contact, the latest first."""
    return Order.objects.filter(contact_id=contact_id).order_by("-at", "-id")


def bought_by(contact_id: int) -> list[Bought]:
    """By currency, the one bought in last first. One query."""
    return [bought for _contact, bought in bought_by_each([contact_id])]


def bought_by_each(contact_ids: Collection[int]) -> list[tuple[int, Bought]]:
    """The same for many, as (contact, bought). One query."""
    kept = Order.objects.filter(contact__in=contact_ids, refund=False, refunded=None).values("contact", "currency")
    sums = kept.annotate(orders=Count("id"), sum=Sum("total"), last=Max("at")).order_by("-last")
    return [(row["contact"], Bought(row["currency"], row["orders"], row["sum"])) for row in sums]


class BoughtTogether(NamedTuple):
    """What the people of one company bought in one currency, refunds and what was given back left out."""

    currency: str
    orders: int
    total: Decimal
    last: datetime


def bought_by_company(company: int) -> list[BoughtTogether]:
    """By currency, the one bought in last first. One query."""
    kept = Order.objects.filter(contact__company=company, refund=False, refunded=None).values("currency")
    sums = kept.annotate(orders=Count("id"), sum=Sum("total"), last=Max("at")).order_by("-last")
    return [BoughtTogether(row["currency"], row["orders"], row["sum"], row["last"]) for row in sums]


def recent_orders() -> QuerySet[Order]:
    """All orders and refunds with their contact, the latest first."""
    return Order.objects.select_related("contact").order_by("-at", "-id")


def products(search: str = "") -> QuerySet[Product]:
    """By name; `search` is a part of the name or the whole code."""
    found = Product.objects.order_by("name", "id")
    if search:
        found = found.filter(name__icontains=search) | found.filter(external_id__iexact=search)
    return found


def in_stock(uids: Collection[str]) -> list[Product]:
    """Of these the ones that are to be had: not counted, or not at nothing. One query, none for none."""
    if not uids:
        return []
    return list(Product.objects.filter(uid__in=uids).exclude(stock__lte=0))


def codes_sold_out(codes: Collection[str]) -> set[str]:
    """Of these the ones that are counted, and at nothing. One query, none for none."""
    if not codes:
        return set()
    return set(Product.objects.filter(external_id__in=codes, stock__lte=0).values_list("external_id", flat=True))


def image_of(product: Product) -> str:
    """The address of its picture, as shops send it; empty if there is none that can be shown."""
    for name in ("image", "image_url", "imageUrl"):
        address = product.attributes.get(name) if isinstance(product.attributes, dict) else None
        if isinstance(address, str) and address.startswith(("https://", "http://")):
            return address
    return ""


def named_products(uids: Collection[str]) -> list[Product]:
    """Of these the ones that we know, sold out or not. One query."""
    return list(Product.objects.filter(uid__in=[uid for uid in uids if uid]))
