"""What changes by the mere passing of time: "in the last 30 days" ends for somebody every minute."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from crm.contacts.actions import hold
from crm.rules import mentions_time
from crm.segments import asking
from crm.segments.compiled import Watched, watched
from crm.segments.membership import refresh
from engage.lib import sql

SLICE = 1000


def sweep(*, at: datetime, everything: bool = False) -> int:
    """Bring watched segments up to `at`, where their rule mentions time (or all, with `everything`).

    Looks for those whose membership is wrong, and refreshes them in slices, each in a transaction with its contacts
    held; people in other hands are left for the next time. Returns how many contacts were looked at. One query for
    each segment, and a slice's own.
    """
    found = 0
    for segment in watched().values():
        if everything or mentions_time(segment.rule):
            for contacts in _wrong(segment, at):
                found += len(contacts)
                with transaction.atomic():
                    refresh(hold(contacts=contacts, skip_locked=True).contacts, at=at)
    return found


def _wrong(segment: Watched, at: datetime) -> Iterator[list[int]]:
    """Slices of contacts that should have entered or left."""
    condition, values = asking.where(segment.rule, at=at)
    after = 0
    while True:
        found = sql.rows(
            f"""
            (SELECT c.id FROM crm_contacts_contact c WHERE {condition} AND c.id > %s AND NOT EXISTS (
                SELECT 1 FROM crm_segments_membership m WHERE m.segment_id = %s AND m.contact_id = c.id)
             ORDER BY c.id LIMIT %s)
            UNION
            (SELECT m.contact_id FROM crm_segments_membership m WHERE m.segment_id = %s AND m.contact_id > %s
             AND NOT EXISTS (SELECT 1 FROM crm_contacts_contact c WHERE c.id = m.contact_id AND {condition})
             ORDER BY m.contact_id LIMIT %s)
            ORDER BY 1 LIMIT %s
            """,  # noqa: S608 compiled; its values stand beside it
            [*values, after, segment.id, SLICE, segment.id, after, *values, SLICE, SLICE],
        )
        if not found:
            return
        after = found[-1][0]
        yield [pk for (pk,) in found]
