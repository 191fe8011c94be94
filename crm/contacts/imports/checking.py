"""What a slice would do, found out without writing anything about anybody."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from crm.contacts.held import Held, Owner
from crm.contacts.identify import Findings, Person, Recogniser
from crm.contacts.imports import consents, filling
from crm.contacts.imports.importing import Origin, attached_to, known_among, said_by, tally, told_by
from crm.contacts.imports.parse import Parsed
from crm.contacts.normal import IdentityKey
from engage.lib import sql

TABLE = "crm_contacts_foreseen"
COLUMNS = ("of_id", "digest", "kind", "person")


def foresee(parsed: Sequence[Parsed], origin: Origin, *, at: datetime) -> Counter[str]:
    """The counts that `bring_in` would give, by the same recognition. Who is new is remembered by hashes, below zero,
    so that memory does not grow with the file. Six queries."""
    if not parsed:
        return Counter()
    keys = {key for one in parsed for key in one.signature.proved}
    recogniser = Recogniser(_owners(keys, origin.of))
    found = [recogniser.recognise(one.signature) for one in parsed]
    findings = recogniser.findings
    told = told_by(found, parsed)
    everybody = known_among(found, findings, told)
    known = {number: details for number, (details, _line) in everybody.items() if number > 0}
    before = {number for number in everybody if number < 0} | _met(origin.of, known)
    touched = set(filling.lacking(known)) | attached_to(findings)
    _number(findings, origin.of)
    said = [one for one in said_by(found, parsed, origin) if one.contact > 0]
    news = consents.news(said, origin.permissions, origin.topics, by=origin.by, at=at)
    touched |= {row[0] for row in news}
    _keep(findings, touched & known.keys(), origin.of)
    return tally(len(parsed), len(findings.created), everybody.keys(), touched, before)


def forget(of: int) -> None:
    sql.run(f"DELETE FROM {TABLE} WHERE of_id = %s", [of])  # noqa: S608 ours


def _owners(keys: Collection[IdentityKey], of: int) -> Held:
    """Who owns the keys, in the database or by what the file said before. Nobody is locked."""
    asked = sorted(keys)
    owners: dict[IdentityKey, Owner] = {}
    identities: dict[int, list[IdentityKey]] = {}
    for contact, recorded_for, kind, value in sql.rows(
        """
        SELECT i.contact_id, i.recorded_for_id, i.kind, i.value FROM crm_contacts_identity AS i
        WHERE i.proof <> '' AND i.contact_id IN (
            SELECT o.contact_id FROM unnest(%s::text[], %s::text[]) AS asked(kind, value)
            JOIN crm_contacts_identity AS o ON o.kind = asked.kind AND o.value = asked.value AND o.proof <> '')
        """,
        [[key.kind for key in asked], [key.value for key in asked]],
    ):
        key = IdentityKey(kind, value)
        owners[key] = Owner(contact, recorded_for)
        identities.setdefault(contact, []).append(key)
    by_digest = {_digest(key): key for key in asked}
    for person, digest, kind in sql.rows(
        f"SELECT person, digest, kind FROM {TABLE} WHERE of_id = %s AND person IN ("  # noqa: S608 ours
        f"SELECT person FROM {TABLE} WHERE of_id = %s AND digest = ANY(%s))",
        [of, of, list(by_digest)],
    ):
        key = by_digest.get(digest, IdentityKey(kind, str(digest)))
        owners.setdefault(key, Owner(person, person))
        identities.setdefault(person, []).append(key)
    return Held(frozenset(), {}, owners, identities)


def _met(of: int, known: Collection[int]) -> set[int]:
    """Known people whom an earlier row of the file would have changed."""
    found = sql.rows(
        f"SELECT DISTINCT person FROM {TABLE} WHERE of_id = %s AND person = ANY(%s)",  # noqa: S608 ours
        [of, list(known)],
    )
    return {person for (person,) in found}


def _number(findings: Findings, of: int) -> None:
    """Give new people numbers below zero, each another."""
    if findings.created:
        [(lowest,)] = sql.rows(f"SELECT coalesce(min(person), 0) FROM {TABLE} WHERE of_id = %s", [of])  # noqa: S608
        for number, person in enumerate(findings.created, 1):
            person.id = min(lowest, 0) - number


def _keep(findings: Findings, changed: Collection[int], of: int) -> None:
    rows = {_digest(key): (key.kind, _id(who.person)) for key, who, _proof in findings.attached}
    rows |= {_digest(IdentityKey("met", str(contact))): ("met", contact) for contact in changed}
    sql.run(
        f"INSERT INTO {TABLE} (of_id, digest, kind, person) "  # noqa: S608 ours
        "SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) ON CONFLICT DO NOTHING",
        [of, list(rows), [kind for kind, _person in rows.values()], [person for _kind, person in rows.values()]],
    )


def _id(person: Person) -> int:
    assert person.id is not None
    return person.id


def _digest(key: IdentityKey) -> int:
    text = f"{key.kind}:{key.value}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), signed=True)
