"""Groups of people put in by hand, by an import or from a list. Their rule asks who was."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.contacts.actions import hold
from crm.segments.membership import refresh
from crm.segments.models import Segment
from engage.lib import ids, sql

LONGEST_NAME = 120


def create_picked_segment(*, name: str, by: str, at: datetime) -> Segment:
    """A group of nobody yet. One statement."""
    uid = ids.uuid7()
    rule = picked_rule(str(uid))
    return Segment.objects.create(
        uid=uid, name=name[:LONGEST_NAME], rule=rule, created=at, created_by=by, changed=at, changed_by=by
    )


def picked_rule(uid: str) -> dict[str, Any]:
    return {"did": "picked", "name": uid}


def is_picked(segment: Segment) -> bool:
    """Are its people put in by hand, and by nothing else?"""
    return segment.rule == picked_rule(str(segment.uid))


def put_in(segment: Segment, contacts: Collection[int], *, by: str, at: datetime) -> int:
    """Put these people into the group; how many were not in it yet. Erased or unknown ids count for nobody.

    Watched groups follow at once, and tell who entered. One statement beside holding and refreshing.
    """
    with transaction.atomic():
        held = hold(contacts=contacts).contacts
        new = pick(segment.pk, held, by=by, at=at)
        refresh(held, at=at)
        return len(new)


def take_out(segment: Segment, contacts: Collection[int], *, at: datetime) -> int:
    """Take these people out of the group; how many were in it. One statement beside holding and refreshing."""
    with transaction.atomic():
        held = hold(contacts=contacts).contacts
        gone = unpick(segment.pk, held)
        refresh(held, at=at)
        return len(gone)


def pick(segment: int, held: Collection[int], *, by: str, at: datetime) -> dict[int, int]:
    """The row of each that was put in, by contact. The contacts must be held, and refreshed afterwards."""
    made = sql.rows(
        "INSERT INTO crm_segments_picked (segment_id, contact_id, recorded_for_id, at, by) "
        "SELECT %s, c.id, c.id, %s, %s FROM crm_contacts_contact c WHERE c.id = ANY(%s) AND c.erased IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM crm_segments_picked p WHERE p.segment_id = %s AND p.contact_id = c.id) "
        "ON CONFLICT DO NOTHING RETURNING contact_id, id",
        [segment, at, by[:120], list(held), segment],
    )
    return dict(made)


def unpick(segment: int, held: Collection[int]) -> list[tuple[int, int, datetime, str]]:
    """Contact, recorded for, when and by whom of the rows that are gone. The same is asked of the caller."""
    return sql.rows(
        "DELETE FROM crm_segments_picked WHERE segment_id = %s AND contact_id = ANY(%s) "
        "RETURNING contact_id, recorded_for_id, at, by",
        [segment, list(held)],
    )
