"""Two rows become one person, and can be two again.

A merge moves `contact` on every registered table; undoing it moves back what was recorded for the absorbed contact
or for those that it had absorbed before. What came after the merge carries the `recorded_for` of the identity that
brought it, and so returns as well.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from crm.contacts import merging
from crm.contacts.actions.hold import hold
from crm.contacts.models import Contact, Merge
from engage.lib import ids, sql


class CannotMerge(ValueError):
    """The two are one already, or one of them is gone."""


def merge(*, survivor: Contact, absorbed: Contact, by: str, at: datetime) -> Merge:
    """Make `absorbed` a part of `survivor`. Raises CannotMerge."""
    with transaction.atomic():
        present = hold(contacts=[survivor.pk, absorbed.pk]).present
        into, out = present.get(survivor.pk), present.get(absorbed.pk)
        if into is None or out is None or into == out:
            raise CannotMerge
        absorb({out: into}, by=by, at=at)
        return Merge.objects.get(absorbed_id=out, undone=None)


def absorb(pairs: Mapping[int, int], *, by: str, at: datetime, rule: str = "") -> None:
    """The same for many, absorbed → survivor, all of them held and present. A constant number of statements."""
    if not pairs:
        return
    old, new = list(pairs.keys()), list(pairs.values())
    for table in merging.tables:
        sql.run(
            f"UPDATE {table} AS t SET contact_id = p.new "  # noqa: S608 our tables
            "FROM unnest(%s::bigint[], %s::bigint[]) AS p(old, new) WHERE t.contact_id = p.old",
            [old, new],
        )
    sql.run(
        "UPDATE crm_contacts_contact AS c SET merged_into_id = p.new "
        "FROM unnest(%s::bigint[], %s::bigint[]) AS p(old, new) WHERE c.id = p.old",
        [old, new],
    )
    sql.run(
        "INSERT INTO crm_contacts_merge (uid, survivor_id, absorbed_id, at, by, rule) "
        "SELECT uid, new, old, %s, %s, %s FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS p(uid, old, new)",
        [at, by, rule, [ids.uuid7() for _ in old], old, new],
    )
    merging.settle([*old, *new])


def undo_merge(merge: Merge, *, by: str, at: datetime) -> None:
    """Give the absorbed contact back all that is recorded for it. Nothing happens if it was undone before."""
    with transaction.atomic():
        hold(contacts=[merge.survivor_id, merge.absorbed_id])
        if not Merge.objects.filter(pk=merge.pk, undone=None).update(undone=at, undone_by=by):
            return
        family, root = family_of(merge.absorbed_id), _root(merge.survivor_id)
        for table in merging.tables:
            sql.run(
                f"UPDATE {table} SET contact_id = %s "  # noqa: S608 our tables
                "WHERE contact_id = %s AND recorded_for_id = ANY(%s)",
                [merge.absorbed_id, root, family],
            )
        Contact.objects.filter(pk=merge.absorbed_id).update(merged_into=None)
        merging.settle([merge.absorbed_id, root])


def family_of(contact: int) -> list[int]:
    """The contact and all that were absorbed by it, directly or through others."""
    found = sql.rows(
        """
        WITH RECURSIVE family(id) AS (
            SELECT %s::bigint
            UNION SELECT c.id FROM family JOIN crm_contacts_contact c ON c.merged_into_id = family.id
        ) SELECT id FROM family
        """,
        [contact],
    )
    return [row[0] for row in found]


def _root(contact: int) -> int:
    found = sql.rows(
        """
        WITH RECURSIVE chain(id, next) AS (
            SELECT id, merged_into_id FROM crm_contacts_contact WHERE id = %s
            UNION ALL SELECT c.id, c.merged_into_id FROM chain JOIN crm_contacts_contact c ON c.id = chain.next
        ) SELECT id FROM chain WHERE next IS NULL
        """,
        [contact],
    )
    return found[0][0]
