"""Finding people among a million: by name, part of an address, or phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import RawSQL

from crm import rules
from crm.catalog.models import Order
from crm.contacts.models import Contact, Identity
from crm.contacts.queries import matching
from crm.preferences.models import Preference
from crm.segments import asking
from crm.segments.models import Segment
from engage.lib import clock
from engage.lib import cursor as cursors

SIZE = 50
UNSEEN = "unseen"


@dataclass(frozen=True)
class Row:
    """A person as the list shows them."""

    contact: Contact
    reached_by: str
    orders: int
    total: Decimal
    currency: str
    remembered: int


def everyone(*, search: str = "", visitors: bool = False, group: Segment | None = None) -> QuerySet[Contact]:
    """People as they are today: without those who were merged into another or erased."""
    present = Contact.objects.filter(merged_into=None, erased=None)
    if group:
        present = present.filter(pk__in=_members(group))
    if search:
        return present.filter(pk__in=matching(search))
    # A scalar, not EXISTS: that would be hashed, with every identity there is, to show fifty people.
    known = Identity.objects.filter(contact=OuterRef("pk")).exclude(kind=Identity.Kind.ANONYMOUS)
    present = present.alias(known=Subquery(known.values("pk")[:1]))
    if visitors:
        return present.filter(name="", known=None)
    return present.exclude(name="", known=None)


def _members(group: Segment) -> RawSQL:
    condition, values = asking.where(rules.parse(group.rule), at=clock.now())
    return RawSQL(f"SELECT c.id FROM crm_contacts_contact c WHERE {condition}", values)  # noqa: S608, S611 compiled


def page_of_people(found: QuerySet[Contact], cursor: str, *, size: int = SIZE) -> cursors.Page[Contact]:
    """Those last seen first, then those never seen, the newest first. At most two queries, each along an index."""
    rows: list[Contact] = []
    if not cursor.startswith(UNSEEN):
        page = cursors.page_by_time(found.exclude(last_seen=None), cursor, field="last_seen", size=size)
        if page.next:
            return page
        rows, cursor = page.rows, ""
    missing = size - len(rows)
    unseen = found.filter(last_seen=None)
    after = cursor.removeprefix(UNSEEN)
    if after.isascii() and after.isdecimal() and len(after) < 19:
        unseen = unseen.filter(pk__lt=int(after))
    never = list(unseen.order_by("-pk")[: missing + 1])
    more = len(never) > missing
    last = never[missing - 1].pk if missing and more else ""
    return cursors.Page([*rows, *never[:missing]], f"{UNSEEN}{last}" if more else "")


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
