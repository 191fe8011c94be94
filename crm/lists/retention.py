"""How long acts on many can be taken back, and views that were deleted can be had again."""

from datetime import datetime, timedelta

from crm.lists.bulk import UNDO_FOR
from crm.lists.models import BulkAct, View
from engage.lib import sql

VIEWS_KEPT = timedelta(days=30)
SLICE = 10_000


def sweep(*, at: datetime) -> None:
    """The journals, in slices, and then whom the acts were done to; that they were done stays."""
    View.objects.filter(deleted__lt=at - VIEWS_KEPT).delete()
    old = BulkAct.objects.filter(at__lt=at - UNDO_FOR).exclude(state__in=BulkAct.AT_WORK)
    keys = list(old.values_list("pk", flat=True))
    while sql.run(
        "DELETE FROM crm_lists_bulkchange WHERE id IN ("
        "SELECT id FROM crm_lists_bulkchange WHERE of_id = ANY(%s) LIMIT %s)",
        [keys, SLICE],
    ):
        pass
    old.filter(chosen__isnull=False).update(chosen=[])
