"""A job in one worker's hand: nobody else moves it while the lease holds."""

import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from crm.contacts.models import Job
from engage.lib import belts, clock, sql

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.LEASES["jobs"])
MOST_REASONS = 100
OTHER = "other reasons"


class LeaseLost(Exception):
    """Another worker has the job in hand, or somebody stopped it."""


def claim[J: Job](kind: type[J], *, at: datetime) -> J | None:
    """One that waits for a worker, or was left by one; None while another of its kind is in hand."""
    table = kind._meta.db_table
    found = sql.rows(
        f"""
        UPDATE {table} SET lease = %s, leased_until = %s WHERE id = (
            SELECT id FROM {table} WHERE state = ANY(%s) AND (leased_until IS NULL OR leased_until < %s)
                AND NOT EXISTS (SELECT FROM {table} AS o WHERE o.leased_until >= %s AND o.state = ANY(%s))
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id
        """,  # noqa: S608 a table of ours
        [uuid.uuid4(), at + LEASE, list(kind.AT_WORK), at, at, list(kind.AT_WORK)],
    )
    return kind._default_manager.get(pk=found[0][0]) if found else None


def work_through[J: Job](kind: type[J], carry_out: Callable[[J], None]) -> int:
    """Carry out what waits, one job at a time; how many were worked on."""
    done = 0
    while job := claim(kind, at=clock.now()):
        carry_out(job)
        done += 1
    return done


class Hand[J: Job]:
    """`lock` and `move` stand in a slice's transaction; `keep` follows its commit."""

    def __init__(self, job: J) -> None:
        self.job = job
        self._rows = type(job)._default_manager.filter(pk=job.pk, lease=job.lease)
        self._next: dict[str, Any] = {}

    @contextmanager
    def at_work(self, fail: Callable[[Exception], object]) -> Iterator[None]:
        """Around the work: what repeats is for `fail` to write down; an error that passes, or the end of the process,
        leaves the job to the next worker. Where it is in other hands, or stopped, nothing is done."""
        name, pk = type(self.job).__name__, self.job.pk
        try:
            yield
        except LeaseLost:
            log.info("%s %s is in other hands, or stopped", name, pk)
        except belts.PASSING:
            self.let_go()
            raise
        except Exception as error:
            log.warning("%s %s failed: %s", name, pk, type(error).__name__)
            fail(error)
        except BaseException:
            self.let_go()
            raise

    def lock(self) -> None:
        """Raises LeaseLost."""
        query = f"SELECT FROM {self.job._meta.db_table} WHERE id = %s AND lease = %s FOR UPDATE"
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
        if not self._rows.filter(cursor=job.cursor).update(**self._next):
            raise LeaseLost

    def keep(self) -> None:
        for name, value in self._next.items():
            setattr(self.job, name, value)

    def let_go(self, **fields: Any) -> bool:
        """The lease is given back, with whatever else is true then; False if it was lost."""
        done = self._rows.update(lease=None, leased_until=None, **fields)
        self.job.refresh_from_db()
        return bool(done)


def _bounded(reasons: Counter[str]) -> dict[str, int]:
    kept = dict(reasons.most_common(MOST_REASONS))
    if rest := reasons.total() - sum(kept.values()):
        kept[OTHER] = kept.get(OTHER, 0) + rest
    return kept
