"""Pairs that may be the same person become proposals."""

from collections.abc import Iterable

from crm.contacts.identify import Person
from engage.lib import sql

RECORD = """
    INSERT INTO crm_contacts_mergeproposal AS p (uid, first_id, second_id, reasons)
    SELECT gen_random_uuid(), least(one, other), greatest(one, other), array_agg(DISTINCT reason ORDER BY reason)
    FROM {found} GROUP BY 2, 3
    ON CONFLICT (first_id, second_id) DO UPDATE
    SET reasons = ARRAY(SELECT DISTINCT unnest(p.reasons || excluded.reasons) ORDER BY 1)
    WHERE p.state = 'open' AND NOT p.reasons @> excluded.reasons
"""
"""`found` gives (one, other, reason). A pair that was decided stays so; an open one learns of further reasons."""

_SAID = RECORD.format(found="unnest(%s::bigint[], %s::bigint[], %s::text[]) AS said(one, other, reason)")


def propose(proposed: Iterable[tuple[Person, Person, str]]) -> None:
    """What events and files taught, once everybody is written. One statement, none for nobody."""
    pairs = {
        (first.id, second.id, reason)
        for first, second, reason in proposed
        if first.id is not None and second.id is not None and first.id != second.id
    }
    if pairs:
        sql.run(_SAID, [list(column) for column in zip(*sorted(pairs), strict=True)])
