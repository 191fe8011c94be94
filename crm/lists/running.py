"""The work on acts on many people: claimed by lease, one short transaction a slice, each with its journal."""

from collections import Counter
from functools import partial

import orjson
from django.utils.translation import gettext as _

from crm.contacts.actions import hold
from crm.contacts.jobs import slices
from crm.contacts.jobs.hand import Hand, work_through
from crm.contacts.models import Contact
from crm.contacts.queries import present
from crm.lists.acts import ACTS
from crm.lists.acts.act import Change
from crm.lists.finding import everyone
from crm.lists.models import BulkAct, BulkChange
from crm.lists.narrowing import NoSuchChoice, applied
from crm.segments.membership import refresh
from engage.lib import clock, sql

SLICE = 1_000
"""People of one transaction."""
GONE = "gone"
"""They were merged or erased, or no longer fit, since they were chosen."""


def run() -> int:
    """Carry out what waits, one act at a time; how many were worked on."""
    return work_through(BulkAct, carry_out)


def carry_out(job: BulkAct) -> None:
    """Work on a leased act until its phase is over. What repeats ends as failed, with why; an error that passes leaves
    it to the next worker."""
    hand = Hand(job)
    back = job.state == BulkAct.State.UNDOING
    with hand.at_work(partial(_fail, hand)):
        while slices.write(partial(_take_back if back else _do, hand)):
            hand.keep()
        ended = BulkAct.State.UNDONE if back else BulkAct.State.DONE
        hand.let_go(state=ended, fraction=1.0, finished=clock.now())


def _fail(hand: Hand[BulkAct], error: Exception) -> None:
    hand.let_go(state=BulkAct.State.FAILED, problem=_problem(error), finished=clock.now())


def _problem(error: Exception) -> str:
    if isinstance(error, NoSuchChoice):
        return _("One of its filters asks for something that is gone. What came before it is done.")
    return _("A part could not be written (%(fault)s). What came before it is done.") % {"fault": type(error).__name__}


def _do(hand: Hand[BulkAct]) -> bool:
    """One transaction: the lease, the act, its journal, and how far we are. False where nobody is left."""
    hand.lock()
    job, at = hand.job, clock.now()
    window = _window(job)
    if not window:
        return False
    fitting = everyone(filters=applied(job.filters, job.at, "owner")) if job.chosen is None else present()
    held = hold(contacts=fitting.filter(pk__in=window).values_list("pk", flat=True)).contacts
    done = ACTS[job.act].do(job, sorted(held), at)
    rows = [(job.pk, contact, contact, orjson.dumps(wrote).decode()) for contact, wrote in done.wrote.items()]
    sql.copy("crm_lists_bulkchange", ("of_id", "contact_id", "recorded_for_id", "wrote"), rows)
    refresh(held, at=at)
    counts = Counter({"changed": len(rows), "looked_at": len(held)})
    left = +done.left
    if job.chosen is not None:
        left[GONE] += len(window) - len(held)
    hand.move(window[-1] - job.cursor, _fraction(job, window[-1]), counts, left)
    return True


def _window(job: BulkAct) -> list[int]:
    """The next ids to look at, beyond the cursor."""
    if job.chosen is not None:
        return [key for key in job.chosen if key > job.cursor][:SLICE]
    beyond = Contact.objects.filter(pk__gt=job.cursor, pk__lte=job.upto)
    return list(beyond.order_by("pk").values_list("pk", flat=True)[:SLICE])


def _fraction(job: BulkAct, reached: int) -> float:
    last = job.chosen[-1] if job.chosen else job.upto
    return min(1.0, reached / last) if last else 1.0


def _take_back(hand: Hand[BulkAct]) -> bool:
    """The same the other way, along the journal."""
    hand.lock()
    job, at = hand.job, clock.now()
    journal = BulkChange.objects.filter(of=job, pk__gt=job.cursor).order_by("pk")[:SLICE]
    changes = [Change(*row) for row in journal.values_list("pk", "contact_id", "recorded_for_id", "wrote")]
    if not changes:
        return False
    held = hold(contacts={change.contact for change in changes}).contacts
    back = ACTS[job.act].undo(job, changes, at)
    refresh(held, at=at)
    counts = Counter({"back": len(back), "stays": len(changes) - len(back)})
    gone = job.counts.get("back", 0) + job.counts.get("stays", 0) + len(changes)
    hand.move(changes[-1].id - job.cursor, gone / (job.counts.get("changed") or 1), counts, Counter())
    return True
