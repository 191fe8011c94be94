"""Reads on contacts."""

from django.db.models import Prefetch, QuerySet

from crm.business.queries import business
from crm.contacts import normal, searching
from crm.contacts.models import Contact, Identity, Pause

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
    """Ids of those whose name, address, number or company has `search` in it, MOST_FOUND at most. One query."""
    return searching.newest(words, most=MOST_FOUND) if (words := searching.words_of(search)) else []


def with_identities(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """With company, identities and standing pause. Two queries more."""
    standing = Pause.objects.filter(lifted=None).order_by("-at")
    return found.select_related("company", "merged_into").prefetch_related(
        Prefetch("identities", Identity.objects.order_by("kind", "id")), Prefetch("pauses", standing, "standing_pauses")
    )
