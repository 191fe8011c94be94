"""One slice of people from a file into the memory, in sets."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from crm.contacts.identify import Findings, Recognised
from crm.contacts.imports import consents, filling, people
from crm.contacts.imports.consents import Permission, Said
from crm.contacts.imports.filling import FIELDS, Fill
from crm.contacts.imports.parse import Parsed
from crm.contacts.imports.people import Details
from crm.contacts.traits import Trait, remember_traits
from engage.lib import sql

JOURNAL = ("of_id", "contact_id", "recorded_for_id", "line", "new", "wrote", "at")

type Told = dict[int, tuple[Details, int]]
"""What all rows of a person say of them and the line of the first, by the id() of the Person."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What is true of every row: which import, the file's name, permission that came with it, and all topics."""

    of: int
    uid: str
    name: str
    permissions: Collection[Permission]
    topics: Collection[int]
    by: str


def bring_in(parsed: Sequence[Parsed], origin: Origin, *, at: datetime) -> Counter[str]:
    """Writes a slice and its journal, inside a transaction; how many rows were new, changed, unchanged and repeated.

    A constant number of statements. Whatever is written for somebody bears the time `at`. Idempotent: whoever is
    there is found, and only what is missing is written.
    """
    if not parsed:
        return Counter()
    found, findings = people.recognise([one.signature for one in parsed])
    told = told_by(found, parsed)
    companies = people.companies({details.company for details, _line in told.values()} - {""}, at=at)
    people.create(
        findings,
        details=lambda person: told[id(person)][0],
        companies=companies,
        file=origin.name,
        at=at,
    )
    known = known_among(found, findings, told)
    before = _journaled(origin.of, list(known))
    fills = filling.fill_blanks({number: details for number, (details, _line) in known.items()}, companies)
    remember_traits([*_traits(found, told, fills, findings, origin, at)], at=at)
    permitted = consents.record(said_by(found, parsed, origin), origin.permissions, origin.topics, by=origin.by, at=at)
    touched = fills.keys() | permitted | attached_to(findings)
    _keep_journal(found, findings, told, fills, touched & known.keys(), origin, at)
    return tally(len(parsed), len(findings.created), known.keys(), touched, before)


def told_by(found: Sequence[Recognised], parsed: Sequence[Parsed]) -> Told:
    """The first row of a person counts most."""
    told: Told = {}
    for who, one in zip(found, parsed, strict=True):
        details, _line = told.setdefault(id(who.person), (one.details, one.row.line))
        if details is not one.details:
            details.fill(one.details)
    return told


def known_among(found: Sequence[Recognised], findings: Findings, told: Told) -> dict[int, tuple[Details, int]]:
    """Those who were known before, by contact."""
    new = {id(person) for person in findings.created}
    met = {id(who.person): who.person for who in found}
    return {person.id: told[key] for key, person in met.items() if key not in new and person.id}


def attached_to(findings: Findings) -> set[int]:
    """Contacts that are given an address, number or id."""
    return {found.person.id for _key, found, _proof in findings.attached if found.person.id is not None}


def said_by(found: Sequence[Recognised], parsed: Sequence[Parsed], origin: Origin) -> Iterator[Said]:
    for who, one in zip(found, parsed, strict=True):
        yes = one.permitted is not False and bool(origin.permissions)
        if yes or one.unsubscribed:
            source = f"{origin.name[:120]}, line {one.row.line}"
            yield Said(*who.ids(), one.consent_at, source, one.consent_address, yes, one.unsubscribed)


def tally(
    rows: int, new: int, known: Collection[int], touched: Collection[int], before: Collection[int]
) -> Counter[str]:
    """Each row is one of four: `rows = new + changed + unchanged + repeated`. A second row of somebody repeats."""
    again = len(set(known) & set(before))
    changed = len((set(known) & set(touched)) - set(before))
    return Counter(
        {
            "new": new,
            "changed": changed,
            "unchanged": len(known) - again - changed,
            "repeated": rows - new - len(known) + again,
        }
    )


def _traits(
    found: Sequence[Recognised], told: Told, fills: Mapping[int, Fill], findings: Findings, origin: Origin, at: datetime
) -> Iterator[Trait]:
    new = {id(person) for person in findings.created}
    for key, who in {id(who.person): who for who in found}.items():
        contact, recorded_for = who.ids()
        details, line = told[key]
        said = details.attributes if key in new else fills.get(contact, {}).get("attributes", {})
        label = f"{origin.name[:120]}, line {line}"
        for name, value in said.items():
            yield Trait(contact, recorded_for, name, value, at, "import", origin.uid, label, origin.by)


def _journaled(of: int, known: list[int]) -> set[int]:
    """Those of the contacts whom this import touched in an earlier slice. One query, none for nobody."""
    if not known:
        return set()
    found = sql.rows(
        "SELECT DISTINCT contact_id FROM crm_contacts_imported WHERE contact_id = ANY(%s) AND of_id = %s", [known, of]
    )
    return {contact for (contact,) in found}


def _keep_journal(
    found: Sequence[Recognised],
    findings: Findings,
    told: Told,
    fills: Mapping[int, Fill],
    changed: Collection[int],
    origin: Origin,
    at: datetime,
) -> None:
    new = {id(person) for person in findings.created}
    met = {id(who.person): who for who in found}
    rows = []
    for key, who in met.items():
        contact, recorded_for = who.ids()
        details, line = told[key]
        if key in new:
            rows.append((origin.of, contact, recorded_for, line, True, _json(_all(details)), at))
        elif contact in changed:
            rows.append((origin.of, contact, recorded_for, line, False, _json(_fields(fills.get(contact, {}))), at))
    sql.copy("crm_contacts_imported", JOURNAL, rows)


def _all(details: Details) -> Fill:
    said = ((name, getattr(details, name)) for name in (*FIELDS, "company"))
    return {name: value for name, value in said if value}


def _fields(fill: Fill) -> Fill:
    """Without what the memory keeps with its own source."""
    return {name: value for name, value in fill.items() if name != "attributes"}


def _json(fill: Fill) -> str:
    return orjson.dumps(fill).decode()
