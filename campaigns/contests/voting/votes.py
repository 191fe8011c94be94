"""Giving a vote, moving it and taking it back: one of each person, whoever presses how often."""

from datetime import datetime

from django.db import transaction

from campaigns.contests.locking import stay_open
from campaigns.contests.models import Contest, Entry, Vote
from campaigns.contests.sharing.counting import brought_vote
from campaigns.contests.stages import may_be_voted_on
from crm.contacts.actions import Owner, hold
from crm.events.actions import Fact, derive
from engage.lib import live
from engage.lib.patience import patient

STREAM = "contests"
VOTED = "Contest Voted"


@patient
def give(*, entry: Entry, owner: Owner, network: str, at: datetime, origin: str = "") -> bool:
    """Their vote is for this entry from now on, and no longer for another. False if it cannot be voted for, or not any
    more. `origin` is where they came from. What does not count is kept too, and reads the same: their own entry, and
    people we do not answer."""
    if _is_for(entry, owner.contact) and votable(entry, at):
        return True
    with transaction.atomic():
        present = hold(contacts=[owner.contact]).present[owner.contact]
        stay_open(entry.contest_id)
        fresh = votable(entry, at)
        if fresh is None:
            return False
        if _is_for(fresh, present):
            return True
        given = Vote(
            contest=fresh.contest,
            entry=fresh,
            contact_id=present,
            recorded_for_id=owner.recorded_for,
            refused=Vote.Refused.OWN if fresh.contact_id == present else "",
            network=network,
            at=at,
        )
        if latest(fresh.contest, present) is None:
            brought_vote(fresh.contest_id, origin, present)
        Vote.objects.bulk_create(
            [given],
            update_conflicts=True,
            unique_fields=["contest", "recorded_for"],
            update_fields=["entry", "contact", "refused", "facts", "counted_by", "network", "at"],
        )
        tell(fresh.contest, Owner(present, owner.recorded_for), at)
        return True


@patient
def take_back(*, contest: Contest, contact: int, at: datetime) -> bool:
    """Their vote is gone; False if there was none, or voting is over."""
    with transaction.atomic():
        present = hold(contacts=[contact]).present[contact]
        stay_open(contest.pk)
        fresh = Contest.objects.select_related("survey").get(pk=contest.pk)
        if not may_be_voted_on(fresh, at):
            return False
        gone, _each = Vote.objects.filter(contest=contest, contact=present).delete()
        live.publish(STREAM, {"contest": contest.uid})
        return bool(gone)


def latest(contest: Contest, contact: int) -> Vote | None:
    """Somebody who became one of two has the later vote. One query."""
    found = Vote.objects.filter(contest=contest, contact=contact).select_related("entry")
    return found.order_by("-at", "-id").first()


def votable(entry: Entry, at: datetime) -> Entry | None:
    """The entry as it is now, where it may be voted for. One query."""
    fresh = Entry.objects.select_related("contest__survey").filter(pk=entry.pk).first()
    if fresh is None or fresh.standing != Entry.Standing.SHOWN or fresh.contest.by != Contest.By.VOTES:
        return None
    return fresh if may_be_voted_on(fresh.contest, at) else None


def tell(contest: Contest, owner: Owner, at: datetime) -> None:
    """The fact, once for each person and contest. It does not name the entry: nobody may count before the end."""
    fact = Fact(
        contact=owner.contact,
        recorded_for=owner.recorded_for,
        name=VOTED,
        at=at,
        message_id=f"contest:{contest.uid}:{owner.recorded_for}:voted",
        properties={"contest": str(contest.uid)},
    )
    derive([fact], cause=f"contest:{contest.uid}")
    live.publish(STREAM, {"contest": contest.uid})


def _is_for(entry: Entry, contact: int) -> bool:
    found = Vote.objects.filter(contest=entry.contest_id, contact=contact).order_by("-at", "-id")
    return found.values_list("entry", flat=True).first() == entry.pk
