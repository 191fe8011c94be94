"""What the list of people can show beside a name, and its file too: one table of columns for both."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.catalog.models import Order
from crm.contacts import origins
from crm.contacts.models import Consent, Contact, Identity, Pause
from crm.contacts.origins import Arrived, Ends
from crm.contacts.queries import origins_of
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.queries import SEEN_BY

REMEMBERED = "remembered:"
"""Before the key of what we remember."""
STOPPED = "stopped"


@dataclass(frozen=True)
class Bought:
    orders: int = 0
    total: Decimal = Decimal(0)
    currency: str = ""


@dataclass(frozen=True)
class Beside:
    """Some people with what their columns need, by contact. Identities without proof are claims, and are left out."""

    at: datetime
    identities: Mapping[tuple[int, str], list[str]]
    permissions: Mapping[int, dict[str, str]]
    bought: Mapping[int, Bought]
    counts: Mapping[int, int]
    values: Mapping[tuple[int, str], str]
    pauses: Mapping[int, datetime | str]
    origins: Mapping[int, Ends]
    hidden: Collection[str] = field(default_factory=frozenset)
    """Keys of what whoever looks may not see."""


@dataclass(frozen=True)
class Column:
    """`kind` says how the list draws it: text, time, day, number, money, held or permissions."""

    label: str | Promise
    value: Callable[[Contact, Beside], Any]
    kind: str = "text"
    for_files: bool = False
    """It is of use in a file only."""


def _of(kind: str) -> Callable[[Contact, Beside], Any]:
    return lambda contact, beside: ", ".join(beside.identities.get((contact.pk, kind), ()))


def _from(which: Callable[[Ends], Arrived]) -> Callable[[Contact, Beside], Any]:
    def words(contact: Contact, beside: Beside) -> str:
        ends = beside.origins.get(contact.pk)
        return origins.words(which(ends).came) if ends else ""

    return words


def _reached_by(contact: Contact, beside: Beside) -> str:
    kinds = (Identity.Kind.EMAIL, Identity.Kind.PHONE)
    return next((found[0] for kind in kinds if (found := beside.identities.get((contact.pk, kind)))), "")


def _attributes(contact: Contact, beside: Beside) -> dict[str, Any]:
    return {key: value for key, value in contact.attributes.items() if key not in beside.hidden}


def _bought(contact: Contact, beside: Beside) -> Bought:
    return beside.bought.get(contact.pk, Bought())


COLUMNS: dict[str, Column] = {
    "id": Column(_("Id"), lambda contact, _beside: str(contact.uid), for_files=True),
    "name": Column(_("Name"), lambda contact, _beside: contact.name, for_files=True),
    "first_name": Column(_("First name"), lambda contact, _beside: contact.first_name),
    "reached_by": Column(_("Reached by"), _reached_by),
    "email": Column(_("E-mail"), _of(Identity.Kind.EMAIL)),
    "phone": Column(_("Phone"), _of(Identity.Kind.PHONE)),
    "external_id": Column(_("The shop's id"), _of(Identity.Kind.EXTERNAL)),
    "company": Column(_("Company"), lambda contact, _beside: contact.company.name if contact.company else ""),
    "language": Column(_("Language"), lambda contact, _beside: contact.language),
    "country": Column(_("Country"), lambda contact, _beside: contact.country),
    "first_origin": Column(_("First came from"), _from(lambda ends: ends.first)),
    "last_origin": Column(_("Last came from"), _from(lambda ends: ends.last)),
    "created": Column(_("First contact"), lambda contact, _beside: contact.created, "day"),
    "last_seen": Column(_("Last seen"), lambda contact, _beside: contact.last_seen, "time"),
    "permissions": Column(
        _("Permission"), lambda contact, beside: beside.permissions.get(contact.pk, {}), "permissions"
    ),
    "held": Column(_("Held"), lambda contact, beside: beside.pauses.get(contact.pk, ""), "held"),
    "remembers": Column(_("We remember"), lambda contact, beside: beside.counts.get(contact.pk, 0), "number"),
    "orders": Column(_("Orders"), lambda contact, beside: _bought(contact, beside).orders, "number"),
    "bought": Column(_("Bought"), _bought, "money"),
    "attributes": Column(_("What we remember"), _attributes, for_files=True),
}
USUAL = ["reached_by", "last_seen", "remembers", "bought"]
IN_A_FILE = ["name", "email", "phone", "company", "language", "country", "last_seen", "permissions"]


def columns_of(keys: Iterable[PreferenceKey], *, file: bool = False) -> dict[str, Column]:
    """All that can be chosen for the list, or for a `file`, by whoever may see these keys."""
    fixed = {key: column for key, column in COLUMNS.items() if file or not column.for_files}
    return fixed | {f"{REMEMBERED}{key.key}": _remembering(key) for key in keys}


def _remembering(key: PreferenceKey) -> Column:
    return Column(key.label, lambda contact, beside: beside.values.get((contact.pk, key.key), ""))


def load(contacts: Sequence[Contact], columns: Collection[str], *, role: str, at: datetime) -> Beside:
    """Eight queries at most, however many people and columns. Each contact's company must be loaded."""
    keys = [key.removeprefix(REMEMBERED) for key in columns if key.startswith(REMEMBERED)]
    active = Preference.objects.filter(contact__in=contacts, state=Preference.State.ACTIVE)
    seen = active.filter(key__key__in=keys, key__seen_by__in=SEEN_BY[role])
    return Beside(
        at,
        _identities(contacts),
        _permissions(contacts),
        _orders(contacts),
        dict(active.values_list("contact").annotate(n=Count("id"))),
        {(contact, key): value for contact, key, value in seen.values_list("contact_id", "key__key", "value")},
        _pauses(contacts, at),
        origins_of([contact.pk for contact in contacts]),
        _hidden_from(role) if "attributes" in columns else frozenset(),
    )


def _hidden_from(role: str) -> frozenset[str]:
    return frozenset(PreferenceKey.objects.exclude(seen_by__in=SEEN_BY[role]).values_list("key", flat=True))


def _identities(contacts: Sequence[Contact]) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    known = Identity.objects.filter(contact__in=contacts).exclude(proof=Identity.Proof.CLAIM).order_by("id")
    for owner, kind, value in known.values_list("contact_id", "kind", "value"):
        found[owner, kind].append(value)
    return found


def _permissions(contacts: Sequence[Contact]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    said = Consent.objects.filter(contact__in=contacts, channel="email")
    latest = said.order_by("contact_id", "topic_id", "-at", "-id").distinct("contact_id", "topic_id")
    for owner, topic, state in latest.values_list("contact_id", "topic__key", "state"):
        found[owner][topic] = state
    return found


def _orders(contacts: Sequence[Contact]) -> dict[int, Bought]:
    """In the currency that they spent most in."""
    found = Order.objects.filter(contact__in=contacts, refund=False, refunded=None).values("contact", "currency")
    sums = found.annotate(orders=Count("id"), total=Sum("total")).order_by("total")
    return {row["contact"]: Bought(row["orders"], row["total"], row["currency"]) for row in sums}


def _pauses(contacts: Sequence[Contact], at: datetime) -> dict[int, datetime | str]:
    """Until when each is paused, or STOPPED."""
    standing = Pause.objects.filter(Q(until=None) | Q(until__gt=at), contact__in=contacts, lifted=None)
    return {owner: until or STOPPED for owner, until in standing.values_list("contact_id", "until") if owner}
