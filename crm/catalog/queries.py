"""Reads on products and orders."""

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
    kept = Order.objects.filter(contact_id=contact_id, refund=False, refunded=None)
    sums = kept.values("currency").annotate(orders=Count("id"), sum=Sum("total"), last=Max("at")).order_by("-last")
    return [Bought(row["currency"], row["orders"], row["sum"]) for row in sums]


def recent_orders() -> QuerySet[Order]:
    """All orders and refunds with their contact, the latest first."""
    return Order.objects.select_related("contact").order_by("-at", "-id")


def products(search: str = "") -> QuerySet[Product]:
    """By name; `search` is a part of the name or the whole code."""
    found = Product.objects.order_by("name", "id")
    if search:
        found = found.filter(name__icontains=search) | found.filter(external_id__iexact=search)
    return found
