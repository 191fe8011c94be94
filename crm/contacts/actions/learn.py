"""Write what a chunk taught about people: a constant number of statements, none for what did not happen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crm.contacts.actions.merge import absorb
from crm.contacts.actions.propose import propose
from crm.contacts.identify import Findings
from engage.lib import ids, sql


@dataclass(frozen=True, slots=True)
class Profile:
    """What is said about a contact itself; empty strings leave what is there."""

    name: str = ""
    first_name: str = ""
    language: str = ""
    country: str = ""
    timezone: str = ""


def learn(findings: Findings, *, at: datetime, origin: str = "", seen: bool = True) -> None:
    """Create, attach, claim, move, absorb, propose. Everybody concerned must be held.

    Whoever is new was `seen` at `at`, or is touched afterwards.
    """
    _create(findings, at, origin, at if seen else None)
    _attach(findings)
    _claim(findings)
    _move(findings)
    absorb(
        {old.id: new.id for old, new in findings.absorbed if old.id is not None and new.id is not None},
        by="the listening belt",
        at=at,
    )
    propose(findings.proposed)


def touch(seen: Mapping[int, datetime]) -> None:
    """When each of them last did something, unless we know of something later. One statement."""
    sql.run(
        "UPDATE crm_contacts_contact AS c SET last_seen = s.at "
        "FROM unnest(%s::bigint[], %s::timestamptz[]) AS s(id, at) "
        "WHERE c.id = s.id AND (c.last_seen IS NULL OR c.last_seen < s.at - interval '1 minute')",
        [list(seen.keys()), list(seen.values())],
    )


def forget_sightings() -> None:
    """Those that a later one replaced. One statement."""
    sql.run(
        "DELETE FROM crm_contacts_sighting AS s USING crm_contacts_contact AS c "
        "WHERE c.id = s.contact_id AND c.last_seen IS DISTINCT FROM s.at"
    )


def set_profiles(profiles: Iterable[tuple[int, Profile]]) -> None:
    """Later entries win; writes only what differs."""
    latest = dict(profiles)
    if not latest:
        return
    rows = [(contact, p.name, p.first_name, p.language, p.country, p.timezone) for contact, p in latest.items()]
    sql.run(
        """
        UPDATE crm_contacts_contact AS c SET
            name = COALESCE(NULLIF(p.name, ''), c.name),
            first_name = COALESCE(NULLIF(p.first_name, ''), c.first_name),
            language = COALESCE(NULLIF(p.language, ''), c.language),
            country = COALESCE(NULLIF(p.country, ''), c.country),
            timezone = COALESCE(NULLIF(p.timezone, ''), c.timezone)
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
            AS p(id, name, first_name, language, country, timezone)
        WHERE c.id = p.id AND (
            p.name NOT IN ('', c.name) OR p.first_name NOT IN ('', c.first_name) OR p.language NOT IN ('', c.language)
            OR p.country NOT IN ('', c.country) OR p.timezone NOT IN ('', c.timezone))
        """,
        [list(column) for column in zip(*rows, strict=True)],
    )


def _create(findings: Findings, at: datetime, origin: str, seen: datetime | None) -> None:
    if not findings.created:
        return
    people = {ids.uuid7(): person for person in findings.created}
    written = sql.rows(
        "INSERT INTO crm_contacts_contact (uid, created, last_seen, origin) "
        "SELECT uid, %s, %s, %s FROM unnest(%s::uuid[]) AS uid RETURNING id, uid",
        [at, seen, origin, list(people)],
    )
    for pk, uid in written:
        people[uid].id = pk


def _attach(findings: Findings) -> None:
    if not findings.attached:
        return
    rows = [(key.kind, key.value, *found.ids(), proof) for key, found, proof in findings.attached]
    sql.run(
        "INSERT INTO crm_contacts_identity (kind, value, contact_id, recorded_for_id, proof) "
        "SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[])",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _claim(findings: Findings) -> None:
    rows = {(key.kind, key.value, *found.ids()) for key, found in findings.claims}
    if rows:
        sql.run(
            "INSERT INTO crm_contacts_identity (kind, value, contact_id, recorded_for_id, proof) "
            "SELECT *, '' FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING",
            [list(column) for column in zip(*sorted(rows), strict=True)],
        )


def _move(findings: Findings) -> None:
    rows = [(key.kind, key.value, *found.ids()) for key, found in findings.moved.items()]
    if rows:
        sql.run(
            "UPDATE crm_contacts_identity AS i SET contact_id = m.contact, recorded_for_id = m.recorded_for "
            "FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS m(kind, value, contact, recorded_for) "
            "WHERE i.kind = m.kind AND i.value = m.value AND i.proof <> ''",
            [list(column) for column in zip(*rows, strict=True)],
        )
