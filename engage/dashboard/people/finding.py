"""Finding people among a million: by name, part of an address, or phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from crm.catalog.models import Order
from crm.contacts.models import Contact, Identity
from crm.contacts.queries import matching
from crm.preferences.models import Preference
from engage.dashboard.people.narrowing import Applied


@dataclass(frozen=True)
class Row:
    """A person as the list shows them."""

    contact: Contact
    reached_by: str
    orders: int
    total: Decimal
    currency: str
    remembered: int


def everyone(*, search: str = "", visitors: bool = False, filters: Sequence[Applied] = ()) -> QuerySet[Contact]:
    """People as they are today: without those who were merged into another or erased."""
    present = Contact.objects.filter(merged_into=None, erased=None)
    for one in filters:
        present = one.narrow(present)
    if search:
        return present.filter(pk__in=matching(search))
    # A scalar, not EXISTS: that would be hashed, with every identity there is, to show fifty people.
    known = Identity.objects.filter(contact=OuterRef("pk")).exclude(kind=Identity.Kind.ANONYMOUS)
    present = present.alias(known=Subquery(known.values("pk")[:1]))
    if visitors:
        return present.filter(name="", known=None)
    return present.exclude(name="", known=None)


def rows_of(contacts: list[Contact]) -> list[Row]:
    """What the list shows beside each. Three queries."""
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
