"""Finds or makes the people of a slice, in sets: a constant number of statements however many they are.

Bulk holds only people it found. Identities that nobody owns yet are not locked: they rely on their unique key, and a
slice that loses a race is written again (see `slices.write`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.contacts.actions.consent import address_digest
from crm.contacts.actions.hold import hold
from crm.contacts.actions.origins import Arrival, copy_arrivals
from crm.contacts.actions.propose import propose
from crm.contacts.identify import Findings, Person, Recognised, Recogniser, Signature
from crm.contacts.models import Origin
from crm.contacts.normal import IdentityKey
from crm.contacts.origins import LONGEST_SOURCE, Came
from engage.lib import ids, sql

CONTACT = (
    "id",
    "uid",
    "name",
    "first_name",
    "language",
    "country",
    "timezone",
    "company_id",
    "origin",
    "last_seen",
)
IDENTITY = ("contact_id", "recorded_for_id", "kind", "value", "proof")


@dataclass(slots=True)
class Details:
    """What a file says of a person; '' and None say nothing."""

    name: str = ""
    first_name: str = ""
    language: str = ""
    country: str = ""
    timezone: str = ""
    company: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    last_seen: datetime | None = None

    def fill(self, other: "Details") -> None:
        """Takes over from `other` what is not said here; the later `last_seen`."""
        for name in ("name", "first_name", "language", "country", "timezone", "company"):
            setattr(self, name, getattr(self, name) or getattr(other, name))
        self.attributes = other.attributes | self.attributes
        if other.last_seen and (self.last_seen is None or self.last_seen < other.last_seen):
            self.last_seen = other.last_seen


def recognise(signatures: Sequence[Signature]) -> tuple[list[Recognised], Findings]:
    """Who each signature means, known people held until the transaction ends; four queries."""
    found = _owners({key for signature in signatures for key in signature.proved})
    recogniser = Recogniser(hold(contacts=found))
    return [recogniser.recognise(signature) for signature in signatures], recogniser.findings


def create(
    findings: Findings, *, details: Callable[[Person], Details], companies: dict[str, int], file: str, at: datetime
) -> None:
    """Writes new people with their identities and that they came with this file, and the proposals.

    COPY straight into the tables, under ids taken from their sequence: five statements. Raises IntegrityError if
    somebody else was first with one of the identities.
    """
    for person, number in zip(findings.created, _new_ids(len(findings.created)), strict=True):
        person.id = number
    rows = ((person.id, details(person)) for person in findings.created)
    sql.copy(
        "crm_contacts_contact",
        CONTACT,
        (_contact(number, one, companies, f"import {file}"[:80]) for number, one in rows),
    )
    attached = sorted(findings.attached, key=lambda row: row[0])
    sql.copy(
        "crm_contacts_identity",
        (*IDENTITY, "created"),
        ((*found.ids(), *key, proof, at) for key, found, proof in attached),
    )
    came = Came(Origin.Kind.IMPORT, file[:LONGEST_SOURCE])
    copy_arrivals(Arrival(person.id, person.id, at, came) for person in findings.created if person.id)
    propose(findings.proposed)


def erased(addresses: Collection[str]) -> set[str]:
    """Those of the addresses and numbers whose owners had themselves erased: they are not brought in. One query."""
    digests = {address_digest(address): address for address in addresses}
    found = sql.rows(
        "SELECT digest FROM crm_contacts_suppression WHERE reason = 'erased' AND digest = ANY(%s)", [list(digests)]
    )
    return {digests[bytes(digest)] for (digest,) in found}


def companies(names: set[str], *, at: datetime) -> dict[str, int]:
    """Companies by name, made where there are none; one lock and two statements, nothing without names."""
    if not names:
        return {}
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('crm_contacts_company', 0))")
    wanted = sorted(names)
    found = sql.rows("SELECT name, min(id) FROM crm_contacts_company WHERE name = ANY(%s) GROUP BY name", [wanted])
    new = sorted(names - {name for name, _number in found})
    made = sql.rows(
        "INSERT INTO crm_contacts_company (uid, name, created) SELECT n.*, %s FROM unnest(%s::uuid[], %s::text[]) AS n "
        "RETURNING name, id",
        [at, [ids.uuid7() for _name in new], new],
    )
    return dict(found + made)


def _owners(keys: set[IdentityKey]) -> list[int]:
    found = sql.rows(
        """
        SELECT DISTINCT i.contact_id FROM unnest(%s::text[], %s::text[]) AS asked(kind, value)
        JOIN crm_contacts_identity AS i ON i.kind = asked.kind AND i.value = asked.value AND i.proof <> ''
        """,
        [[key.kind for key in keys], [key.value for key in keys]],
    )
    return [row[0] for row in found]


def _new_ids(count: int) -> list[int]:
    rows = sql.rows(
        "SELECT nextval(pg_get_serial_sequence('crm_contacts_contact', 'id')) FROM generate_series(1, %s)", [count]
    )
    return [row[0] for row in rows]


def _contact(number: int | None, details: Details, companies: dict[str, int], origin: str) -> tuple[Any, ...]:
    return (
        number,
        ids.uuid7(),
        details.name,
        details.first_name,
        details.language,
        details.country,
        details.timezone,
        companies.get(details.company),
        origin,
        details.last_seen,
    )
