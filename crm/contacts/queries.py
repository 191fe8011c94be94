"""Reads on contacts."""

from django.db.models import Prefetch, QuerySet

from crm.business.queries import business
from crm.contacts import normal
from crm.contacts.models import Contact, Identity, Pause
from engage.lib import sql

MOST_FOUND = 500
"""A search finds so many at most; whoever is beyond is found by one more letter."""


def present() -> QuerySet[Contact]:
    """People as they are today: without those who were merged into another or erased."""
    return Contact.objects.filter(merged_into=None, erased=None)


def present_of(contact: Contact) -> Contact:
    """The contact itself, or whom it is a part of today. One query for each merge in between."""
    while contact.merged_into is not None:
        contact = contact.merged_into
    return contact


def recognised_by(kind: str, value: str) -> QuerySet[Contact]:
    """Whom a proved identity belongs to; nobody where the value can be none of this kind."""
    key = normal.identity(kind, value, country=business().country)
    if key is None:
        return Contact.objects.none()
    owned = Identity.objects.filter(kind=key.kind, value=key.value).exclude(proof="")
    return present().filter(pk__in=owned.values("contact"))


def matching(search: str) -> list[int]:
    """Ids of those whose name, address or phone has `search` in it, MOST_FOUND of each at most. One query."""
    part = "%" + search.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    phone = normal.phone(search, business().country)
    found = sql.rows(
        """
        (SELECT id FROM crm_contacts_contact WHERE name ILIKE %(part)s ORDER BY id DESC LIMIT %(most)s)
        UNION
        (SELECT contact_id FROM crm_contacts_identity
         WHERE kind <> 'anonymous' AND (value ILIKE %(part)s OR value = %(phone)s) ORDER BY id DESC LIMIT %(most)s)
        """,
        {"part": part, "phone": phone.value if phone else "", "most": MOST_FOUND},
    )
    return [row[0] for row in found]


def with_identities(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """With company, identities and standing pause. Two queries more."""
    standing = Pause.objects.filter(lifted=None).order_by("-at")
    return found.select_related("company", "merged_into").prefetch_related(
        Prefetch("identities", Identity.objects.order_by("kind", "id")), Prefetch("pauses", standing, "standing_pauses")
    )
