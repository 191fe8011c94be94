"""One contact, one hand: the only way to take a lock on people."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection

from crm.contacts.held import Held, Owner
from crm.contacts.normal import IdentityKey
from engage.lib import sql
from engage.lib.belts import Passing

LOCK_TIMEOUT = "2s"
_ROUNDS = 5


class HoldFailed(Passing):
    """The people changed hands faster than they could be held: try the chunk again."""


def hold(keys: Iterable[IdentityKey] = (), contacts: Iterable[int] = (), *, skip_locked: bool = False) -> Held:
    """Lock the identities `keys` (known or not yet) and `contacts`, with all who own them, in one order for everybody.

    Must run inside a transaction; read what a decision depends on only afterwards, in a later statement. Five
    queries, more only where somebody was merged in between. With `skip_locked`, people in other hands are left out
    of the result. Raises OperationalError after two seconds of waiting, and HoldFailed.
    """
    assert connection.in_atomic_block, "hold() protects nothing outside a transaction"
    keys, asked = sorted(set(keys)), frozenset(contacts)
    sql.run("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    if keys:
        _lock_keys(keys)
    wanted = asked
    for _ in range(_ROUNDS):
        found = _resolve(keys) if keys else {}
        ids = wanted | {owner.contact for owner in found.values()}
        locked = _lock_contacts(ids, skip_locked)
        moved = {absorber for absorber in locked.values() if absorber}
        if moved:
            wanted = frozenset(absorber or contact for contact, absorber in locked.items()) | _missing(wanted, locked)
            continue
        held = _read(keys, locked.keys())
        if all(key in held.owners or owner.contact not in locked for key, owner in found.items()):
            present = _present(asked, locked.keys())
            return Held(frozenset(locked), present, held.owners, held.identities)
    raise HoldFailed


def _missing(wanted: frozenset[int], locked: dict[int, int | None]) -> frozenset[int]:
    return wanted - locked.keys()


def _lock_keys(keys: Collection[IdentityKey]) -> None:
    sql.rows(
        """
        SELECT count(pg_advisory_xact_lock(key)) FROM (
            SELECT DISTINCT hashtextextended(kind || ':' || value, 0) AS key
            FROM json_to_recordset(%s) AS asked(kind text, value text) ORDER BY key
        ) AS sorted
        """,
        [_asked(keys)],
    )


def _resolve(keys: Collection[IdentityKey]) -> dict[IdentityKey, Owner]:
    found = sql.rows(
        """
        SELECT i.kind, i.value, i.contact_id, i.recorded_for_id
        FROM json_to_recordset(%s) AS asked(kind text, value text)
        JOIN crm_contacts_identity AS i ON i.kind = asked.kind AND i.value = asked.value AND i.proof <> ''
        """,
        [_asked(keys)],
    )
    return {IdentityKey(kind, value): Owner(contact, recorded) for kind, value, contact, recorded in found}


def _lock_contacts(ids: Collection[int], skip_locked: bool) -> dict[int, int | None]:
    if not ids:
        return {}
    suffix = " SKIP LOCKED" if skip_locked else ""
    return dict(
        sql.rows(
            f"SELECT id, merged_into_id FROM crm_contacts_contact WHERE id = ANY(%s) ORDER BY id "  # noqa: S608 ours
            f"FOR NO KEY UPDATE{suffix}",
            [sorted(ids)],
        )
    )


def _read(keys: Collection[IdentityKey], contacts: Collection[int]) -> Held:
    owners: dict[IdentityKey, Owner] = {}
    identities: dict[int, list[IdentityKey]] = defaultdict(list)
    found = sql.rows(
        "SELECT kind, value, contact_id, recorded_for_id FROM crm_contacts_identity "
        "WHERE contact_id = ANY(%s) AND proof <> ''",
        [list(contacts)],
    )
    for kind, value, contact, recorded_for in found:
        key = IdentityKey(kind, value)
        owners[key] = Owner(contact, recorded_for)
        identities[contact].append(key)
    return Held(frozenset(), {}, owners, identities)


def _present(asked: frozenset[int], locked: Collection[int]) -> dict[int, int]:
    """From each id asked for to the contact that it is today. No query unless somebody was merged."""
    present = {contact: contact for contact in asked if contact in locked}
    elsewhere = asked - present.keys()
    if elsewhere:
        present |= {old: new for old, new in _follow(elsewhere).items() if new in locked}
    return present


def _follow(ids: Collection[int]) -> dict[int, int]:
    return dict(
        sql.rows(
            """
            WITH RECURSIVE chain(old, id, next) AS (
                SELECT id, id, merged_into_id FROM crm_contacts_contact WHERE id = ANY(%s)
                UNION ALL
                SELECT chain.old, c.id, c.merged_into_id FROM chain JOIN crm_contacts_contact c ON c.id = chain.next
            ) SELECT old, id FROM chain WHERE next IS NULL
            """,
            [sorted(ids)],
        )
    )


def _asked(keys: Collection[IdentityKey]) -> str:
    return sql.document([{"kind": key.kind, "value": key.value} for key in keys])
