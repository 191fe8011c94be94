"""A prize whose winner is gone goes to the next, once: the owner says so, and it is written down."""

from datetime import datetime

from django.db import transaction

from campaigns.contests import answering, ending, placing
from campaigns.contests.actions import STREAM
from campaigns.contests.locking import locked
from campaigns.contests.models import Contest, Entry, Prize
from crm.contacts.actions import hold
from engage.lib import live
from engage.lib.patience import patient


class CannotPass(ValueError):
    """Its winner is still there, it was passed on before, or nobody is left who has none."""


def is_free(prize: Prize) -> bool:
    """Whether whoever won it was erased, or their entry is shown no more, since it ended. The entry is beside it."""
    return prize.passed is None and (prize.entry is None or prize.entry.standing != Entry.Standing.SHOWN)


def next_of(contest: Contest, prize: Prize) -> Entry | None:
    """Whoever comes next behind its place and has no prize, nor whoever has one already. Two queries."""
    prizes = list(contest.prizes.select_related("entry"))
    have = {one.entry.contact_id for one in prizes if one.entry}
    shown = Entry.objects.filter(contest=contest, standing=Entry.Standing.SHOWN).select_related("contact")
    behind = [
        one
        for one in placing.in_order(contest.seed, shown)
        if (one.place or 0) >= prize.place and one.contact_id not in have
    ]
    return behind[0] if behind else None


@patient
def pass_on(*, contest: Contest, place: int, by: str, at: datetime) -> Entry:
    """Whoever comes next gets the prize of `place` and is told. Raises CannotPass, CannotEnd."""
    with transaction.atomic():
        seen = _prize(contest, place)
        hoped = next_of(contest, seen) if seen else None
        if hoped is None:
            raise CannotPass
        held = hold(contacts=[hoped.contact_id]).present
        fresh = locked(contest)
        prize = _prize(fresh, place)
        entry = next_of(fresh, prize) if prize else None
        if not fresh.ended or prize is None or not is_free(prize) or entry is None or entry.contact_id not in held:
            raise CannotPass
        given = ending.give(fresh, {place: entry}, [prize], by, at, passed=True)
        prize.passed, prize.passed_by = at, by[:120]
        prize.save(update_fields=["passed", "passed_by"])
        answering.tell_of_prize(fresh, entry, prize, given, at=at)
        live.publish(STREAM, {"contest": fresh.uid})
        return entry


def _prize(contest: Contest, place: int) -> Prize | None:
    found: Prize | None = contest.prizes.select_related("entry").filter(place=place).first()
    return found
