"""What is said of people beside their name, where a few of them are listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from crm.catalog.models import Order
from crm.contacts.models import Contact, Identity
from crm.preferences.models import Preference


@dataclass(frozen=True)
class Row:
    """A person and what we have with them."""

    contact: Contact
    reached_by: str
    orders: int
    total: Decimal
    currency: str
    remembered: int


def rows_of(contacts: list[Contact]) -> list[Row]:
    """Three queries, however many."""
    reached = _reached_by(contacts)
    bought = {
        row["contact"]: row
        for row in Order.objects.filter(contact__in=contacts, refund=False, refunded=None)
        .values("contact", "currency")
        .annotate(orders=Count("id"), total=Sum("total"))
        .order_by("total")
    }
    active = Preference.objects.filter(contact__in=contacts, state=Preference.State.ACTIVE)
    remembered = dict(active.values_list("contact").annotate(n=Count("id")))
    return [_row(contact, reached, bought.get(contact.pk), remembered) for contact in contacts]


def _row(
    contact: Contact, reached: dict[int, str], bought: Mapping[str, Any] | None, remembered: dict[int, int]
) -> Row:
    sums = bought or {"orders": 0, "total": Decimal(0), "currency": ""}
    return Row(
        contact,
        reached.get(contact.pk, ""),
        sums["orders"],
        sums["total"],
        sums["currency"],
        remembered.get(contact.pk, 0),
    )


def _reached_by(contacts: list[Contact]) -> dict[int, str]:
    """An address or a phone of each, proved ones before claims, e-mail before phone."""
    found = Identity.objects.filter(contact__in=contacts, kind__in=[Identity.Kind.EMAIL, Identity.Kind.PHONE])
    worst_first = found.order_by("-kind", "proof", "-id")
    return {identity.contact_id: identity.value for identity in worst_first}
