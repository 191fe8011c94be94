"""Which statement about a key holds, and the contact's attributes made of those that do.

The highest rank wins, then the latest. Her own later word (an answer, a reply) takes a correction down to its own
rank, so that the later of the two holds: a correction stands above everybody else, not above herself. Where an empty
list stands highest, what was known was taken away: then none is active.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from engage.lib import sql

_PAIRS = "unnest(%(contacts)s::bigint[], %(keys)s::bigint[]) AS t(contact_id, key_id)"
_EVERYTHING = (
    "(SELECT DISTINCT contact_id, key_id FROM crm_preferences_preference WHERE contact_id = ANY(%(contacts)s)) AS t"
)


def settle_pairs(pairs: Collection[tuple[int, int]], *, at: datetime) -> None:
    """Decide anew, for each (contact, key), which statement is active, and project it. Two UPDATEs."""
    if not pairs:
        return
    contacts, keys = (list(column) for column in zip(*sorted(pairs), strict=True))
    sql.run(_SETTLE.format(pairs=_PAIRS), {"contacts": contacts, "keys": keys, "at": at})
    project_pairs(pairs)


def project_pairs(pairs: Collection[tuple[int, int]]) -> None:
    """Make these attributes of the contacts what is active. One UPDATE; what is right is not written."""
    contacts, keys = (list(column) for column in zip(*sorted(pairs), strict=True))
    sql.run(_PROJECT_PAIRS, {"contacts": contacts, "keys": keys})


def settle_contacts(contacts: Sequence[int], *, at: datetime) -> None:
    """The same for everything known about these contacts, after a merge or its undoing. Two UPDATEs."""
    sql.run(_SETTLE.format(pairs=_EVERYTHING), {"contacts": list(contacts), "at": at})
    sql.run(_PROJECT_CONTACTS, {"contacts": list(contacts)})


_SETTLE = """
    WITH said AS (
        SELECT p.id, p.contact_id, p.key_id, p.rank, p.at, p.typed, max(p.at) FILTER (
            WHERE p.rank = 3 AND p.source_kind IN ('survey', 'reply', 'memory')
        ) OVER (PARTITION BY p.contact_id, p.key_id) AS own_word
        FROM crm_preferences_preference AS p
        JOIN {pairs} ON t.contact_id = p.contact_id AND t.key_id = p.key_id
        WHERE p.state NOT IN ('forgotten', 'conflict')
    ), ranked AS (
        SELECT id, first_value(id) OVER (
            PARTITION BY contact_id, key_id
            ORDER BY CASE WHEN rank = 4 AND own_word > at THEN 3 ELSE rank END DESC, at DESC, id DESC) AS top,
            typed IS NOT DISTINCT FROM '[]'::jsonb AS clears
        FROM said
    )
    UPDATE crm_preferences_preference AS p SET
        state = CASE WHEN p.id = top AND NOT clears THEN 'active' ELSE 'superseded' END,
        superseded_by_id = NULLIF(top, p.id),
        ended = CASE WHEN p.id <> top OR clears THEN COALESCE(p.ended, %(at)s) END
    FROM ranked WHERE p.id = ranked.id AND (
        (p.id = top AND NOT clears) <> (p.state = 'active') OR p.superseded_by_id IS DISTINCT FROM NULLIF(top, p.id))
"""

_HELD = """
    COALESCE(jsonb_object_agg(k.key, COALESCE(p.typed, to_jsonb(p.value)))
        FILTER (WHERE p.id IS NOT NULL AND k.selects), '{}'::jsonb)
"""

_PROJECT_PAIRS = f"""
    WITH held AS (
        SELECT t.contact_id, array_agg(k.key::text) AS keys, {_HELD} AS held
        FROM {_PAIRS} JOIN crm_preferences_preferencekey AS k ON k.id = t.key_id
        LEFT JOIN crm_preferences_preference AS p
            ON p.contact_id = t.contact_id AND p.key_id = t.key_id AND p.state = 'active'
        GROUP BY t.contact_id
    )
    UPDATE crm_contacts_contact AS c SET attributes = (c.attributes - h.keys) || h.held
    FROM held AS h WHERE c.id = h.contact_id AND (c.attributes - h.keys) || h.held <> c.attributes
"""  # noqa: S608 ours

_PROJECT_CONTACTS = f"""
    WITH held AS (
        SELECT t.contact_id, {_HELD} AS held
        FROM unnest(%(contacts)s::bigint[]) AS t(contact_id)
        LEFT JOIN crm_preferences_preference AS p ON p.contact_id = t.contact_id AND p.state = 'active'
        LEFT JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
        GROUP BY t.contact_id
    )
    UPDATE crm_contacts_contact AS c SET attributes = h.held
    FROM held AS h WHERE c.id = h.contact_id AND h.held <> c.attributes
"""  # noqa: S608 ours
