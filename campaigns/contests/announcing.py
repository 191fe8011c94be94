"""Everybody who took part is told how a contest ended: by a worker, a slice of people in each transaction.

People go by the first id that what they gave was recorded for, which merging does not change. Two who become one
meanwhile are told once, by the earlier; two who become two again are told where they were not.
"""

from collections import Counter
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.contests import answering
from campaigns.contests.actions import STREAM
from campaigns.contests.models import Announcement, Contest
from crm.contacts.actions import hold
from crm.contacts.actions.hold import HoldFailed
from crm.contacts.jobs import slices
from crm.contacts.jobs.hand import Hand, work_through
from engage.lib import clock, live, wake

SLICE = 500
"""People of one transaction."""
BELT = "contests"
State = Announcement.State


def begin(contest: Contest, *, by: str, at: datetime) -> None:
    """In the transaction that ends it. Two queries."""
    Announcement.objects.create(contest=contest, number=answering.count(contest), by=by[:120], at=at, began=at)
    transaction.on_commit(lambda: wake.wake(BELT))


def go_on(contest: Contest, *, at: datetime) -> bool:
    """Where it failed; False where it has not."""
    failed = Announcement.objects.filter(contest=contest, state=State.FAILED)
    done = failed.update(state=State.TELLING, problem="", began=at, finished=None, lease=None, leased_until=None)
    transaction.on_commit(lambda: wake.wake(BELT))
    return bool(done)


def stuck() -> list[Contest]:
    """Of which telling failed. One query."""
    return list(Contest.objects.select_related("survey").filter(announcement__state=State.FAILED).order_by("id"))


def run() -> int:
    """Tell what waits, one contest at a time; how many were worked on."""
    return work_through(Announcement, carry_out)


def carry_out(job: Announcement) -> None:
    """Work on a leased one until everybody is told. What repeats ends as failed, with why; an error that passes leaves
    it to the next worker."""
    hand = Hand(job)
    contest = Contest.objects.select_related("survey").get(pk=job.contest_id)
    with hand.at_work(partial(_fail, hand)):
        while slices.write(partial(_slice, hand, contest)):
            hand.keep()
        hand.let_go(state=State.DONE, fraction=1.0, finished=clock.now())
    live.publish(STREAM, {"contest": contest.uid})


def _fail(hand: Hand[Announcement], error: Exception) -> None:
    words = _("A letter could not be written (%(fault)s). Whoever comes before it is told.")
    hand.let_go(state=State.FAILED, problem=words % {"fault": type(error).__name__}, finished=clock.now())


def _slice(hand: Hand[Announcement], contest: Contest) -> bool:
    """One transaction: the lease, the next people, what they are told, and how far we are. False where nobody is
    left."""
    hand.lock()
    job = hand.job
    seen = answering.took_part(contest, after=job.cursor, most=SLICE)
    if not seen:
        return False
    held, upto = hold(contacts=[contact for contact, _first in seen]).contacts, seen[-1][1]
    now = [one for one in answering.took_part(contest, after=job.cursor, most=SLICE) if one[1] <= upto]
    if any(contact not in held for contact, _first in now):
        raise HoldFailed  # somebody was merged before they were held
    told = answering.answer(contest, now, at=clock.now())
    counts = Counter({"told": told, "took_part": len(now)})
    hand.move(upto - job.cursor, min(1.0, (job.counts.get("told", 0) + told) / (job.number or 1)), counts, Counter())
    live.publish(STREAM, {"contest": contest.uid})
    return True
