"""Many people into a group that is kept by hand, or out of it. `said` holds the group's `id` and `name`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.lists.acts.act import WRITERS, Act, Change, Done
from crm.lists.models import BulkAct
from crm.segments.models import Picked
from crm.segments.picking import pick, unpick
from engage.lib import sql


def _put_in(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    return Done(pick(job.said["id"], contacts, by=job.by, at=at))


def _take_in_back(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """By the very row: whoever was taken out since, and put in again by somebody, stays in."""
    by_row = {change.wrote: change.id for change in changes}
    gone = sql.rows("DELETE FROM crm_segments_picked WHERE id = ANY(%s) RETURNING id", [list(by_row)])
    return {by_row[row] for (row,) in gone}


def _take_out(job: BulkAct, contacts: Sequence[int], at: datetime) -> Done:
    wrote: dict[int, Any] = defaultdict(list)
    for contact, recorded_for, since, by in unpick(job.said["id"], contacts):
        wrote[contact].append([recorded_for, since.isoformat(), by])
    return Done(wrote)


def _put_back(job: BulkAct, changes: Sequence[Change], at: datetime) -> set[int]:
    """As they stood there before, but for whom somebody put in again since."""
    group = job.said["id"]
    again = Picked.objects.filter(segment=group, contact__in=[change.contact for change in changes])
    there = set(again.values_list("contact", flat=True))
    back = [change for change in changes if change.contact not in there]
    rows = [(change.contact, *row) for change in back for row in change.wrote]
    if rows:
        sql.run(
            "INSERT INTO crm_segments_picked (segment_id, contact_id, recorded_for_id, at, by) "
            "SELECT s.id, p.* FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[]) AS p "
            "JOIN crm_segments_segment s ON s.id = %s ON CONFLICT DO NOTHING",
            [*(list(column) for column in zip(*rows, strict=True)), group],
        )
    return {change.id for change in back}


PUT_IN = Act(
    gettext_lazy("Put into a group"),
    lambda said: _("Put into the group “%(name)s”") % said,
    _put_in,
    _take_in_back,
    WRITERS,
)
TAKE_OUT = Act(
    gettext_lazy("Take out of a group"),
    lambda said: _("Taken out of the group “%(name)s”") % said,
    _take_out,
    _put_back,
    WRITERS,
)
