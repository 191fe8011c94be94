"""Reads on contacts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from crm.business.queries import business
from crm.contacts import normal, origins, searching
from crm.contacts.models import Company, Contact, Identity, Origin, Pause
from crm.contacts.origins import Ends
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
    """Ids of those whose name, address, number or company has `search` in it, MOST_FOUND at most. One query."""
    return searching.newest(words, most=MOST_FOUND) if (words := searching.words_of(search)) else []


def with_identities(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """With company, identities, origins and standing pause. Three queries more."""
    standing = Pause.objects.filter(lifted=None).order_by("-at")
    return found.select_related("company", "merged_into").prefetch_related(
        Prefetch("identities", Identity.objects.order_by("kind", "id")),
        Prefetch("pauses", standing, "standing_pauses"),
        "origins",
    )


MOST_BELONGING = 10_000


class Belonging(NamedTuple):
    """How many people belong to a company; `more` than are counted."""

    number: int
    more: bool


def companies(search: str = "", *, after: Company | None = None) -> QuerySet[Company]:
    """By name, those beyond `after`; with `search` those whose name has it in it."""
    found = Company.objects.order_by("name", "id")
    if search:
        found = found.filter(pk__in=searching.companies(search, most=MOST_FOUND))
    return found.filter(Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk)) if after else found


def people_in(companies: Sequence[int]) -> dict[int, Belonging]:
    """How many people belong to each, counted to MOST_BELONGING. One query."""
    found = sql.rows(
        """
        SELECT o.id, belonging.people FROM unnest(%s::bigint[]) AS o(id), LATERAL (
            SELECT count(*) AS people FROM (
                SELECT FROM crm_contacts_contact AS c
                WHERE c.company_id = o.id AND c.merged_into_id IS NULL AND c.erased IS NULL LIMIT %s
            ) AS counted
        ) AS belonging
        """,
        [list(companies), MOST_BELONGING + 1],
    )
    return {company: Belonging(min(people, MOST_BELONGING), people > MOST_BELONGING) for company, people in found}


def any_company() -> bool:
    """One query."""
    return Company.objects.exists()


def origins_of(contacts: Collection[int]) -> dict[int, Ends]:
    """Where these people came from the first and the last time; without those of whom we do not know. One query."""
    rows: dict[int, list[Origin]] = defaultdict(list)
    for row in Origin.objects.filter(contact__in=contacts):
        rows[row.contact_id].append(row)
    return {contact: found for contact, own in rows.items() if (found := origins.ends(own))}


def first_from(kind: str, source: str = "") -> QuerySet[Origin]:
    """The rows of those who first came from there; without a source from anywhere of this kind."""
    found = Origin.objects.filter(first_kind=kind, **({"first_source": source} if source else {}))
    before = Q(first_at__lt=OuterRef("first_at")) | Q(
        first_at=OuterRef("first_at"), recorded_for__lt=OuterRef("recorded_for")
    )
    return found.exclude(Exists(Origin.objects.filter(before, contact=OuterRef("contact"))))


MOST_CHARTED = 10_000


class Share(NamedTuple):
    """How many of the people met last first came from one source; what they answered is one source."""

    kind: str
    source: str
    people: int


def where_people_come_from(most: int) -> list[Share]:
    """The sources from which most of the MOST_CHARTED people met last first came. One query, along the key."""
    found = sql.rows(
        """
        SELECT kind, source, count(*) FROM (
            SELECT o.first_kind AS kind, CASE WHEN o.first_kind = 'told' THEN '' ELSE o.first_source END AS source
            FROM crm_contacts_origin AS o WHERE NOT EXISTS (
                SELECT FROM crm_contacts_origin AS e WHERE e.contact_id = o.contact_id
                    AND (e.first_at, e.recorded_for_id) < (o.first_at, o.recorded_for_id))
            ORDER BY o.recorded_for_id DESC LIMIT %s
        ) AS met GROUP BY kind, source ORDER BY count(*) DESC, kind, source LIMIT %s
        """,
        [MOST_CHARTED, most],
    )
    return [Share(*row) for row in found]
