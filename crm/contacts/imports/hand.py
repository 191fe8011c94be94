"""An import in one worker's hand: nobody else moves it while the lease holds."""

from collections import Counter
from datetime import timedelta
from typing import Any

from crm.contacts.models import Import
from engage.lib import clock, sql

LEASE = timedelta(seconds=60)
MOST_REASONS = 100
OTHER = "other reasons"


class LeaseLost(Exception):
    """Another worker has the import in hand."""


class Hand:
    """`lock` and `move` stand in a slice's transaction; `keep` follows its commit."""

    def __init__(self, job: Import) -> None:
        self.job = job
        self._next: dict[str, Any] = {}

    def lock(self) -> None:
        """Raises LeaseLost."""
        query = "SELECT FROM crm_contacts_import WHERE id = %s AND lease = %s FOR UPDATE"
        if not sql.rows(query, [self.job.pk, self.job.lease]):
            raise LeaseLost

    def move(self, rows: int, fraction: float, counts: Counter[str], reasons: Counter[str]) -> None:
        """Write how far it is. Raises LeaseLost."""
        job = self.job
        self._next = {
            "cursor": job.cursor + rows,
            "fraction": fraction,
            "counts": dict(Counter(job.counts) + counts),
            "reasons": _bounded(Counter(job.reasons) + reasons),
            "leased_until": clock.now() + LEASE,
        }
        mine = Import.objects.filter(pk=job.pk, lease=job.lease, cursor=job.cursor)
        if not mine.update(**self._next):
            raise LeaseLost

    def keep(self) -> None:
        for name, value in self._next.items():
            setattr(self.job, name, value)

    def let_go(self, **fields: Any) -> bool:
        """The lease is given back, with whatever else is true then; False if it was lost."""
        mine = Import.objects.filter(pk=self.job.pk, lease=self.job.lease)
        done = mine.update(lease=None, leased_until=None, **fields)
        self.job.refresh_from_db()
        return bool(done)


def _bounded(reasons: Counter[str]) -> dict[str, int]:
    kept = dict(reasons.most_common(MOST_REASONS))
    if rest := reasons.total() - sum(kept.values()):
        kept[OTHER] = kept.get(OTHER, 0) + rest
    return kept
