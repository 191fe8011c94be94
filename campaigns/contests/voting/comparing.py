"""Blind pairs: two entries put before somebody without names, and which of them they chose."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.conf import settings
from django.db import transaction

from campaigns.contests.gallery import shown
from campaigns.contests.locking import stay_open
from campaigns.contests.models import Comparison, Contest, Entry
from campaigns.contests.sharing.counting import brought_vote
from campaigns.contests.stages import may_be_voted_on
from campaigns.contests.voting.pairing import MOST, Pair, choose, pair
from campaigns.contests.voting.votes import tell
from crm.contacts.actions import Owner, hold
from engage.lib import ids, sql, tokens
from engage.lib.patience import patient

PURPOSE = "contest-pair"
_COMPARED = """
    SELECT e.id, count(c.entry) FROM campaigns_contests_entry AS e LEFT JOIN (
        SELECT left_id AS entry FROM campaigns_contests_comparison WHERE contest_id = %(contest)s
        UNION ALL SELECT right_id FROM campaigns_contests_comparison WHERE contest_id = %(contest)s
    ) AS c ON c.entry = e.id
    WHERE e.contest_id = %(contest)s AND e.standing = 'shown' AND e.contact_id <> %(contact)s
    GROUP BY e.id ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """`first` stands on the left. `token` says that we put these two before this person; `number` counts from 1."""

    first: Entry
    second: Entry
    token: str
    number: int


def ask(contest: Contest, owner: Owner) -> Asked | None:
    """The next two, the same until they are answered or others were. None when the person is through. Three queries."""
    done = _done(contest, owner.contact)
    compared = dict(sql.rows(_COMPARED, {"contest": contest.pk, "contact": owner.contact}))
    two = choose(compared, done, _chance(contest, owner.contact, len(done)))
    if two is None:
        return None
    found = shown(contest).in_bulk(two)
    if len(found) < 2:
        return None
    first, second = found[two[0]], found[two[1]]
    token = tokens.sign(PURPOSE, str(contest.uid), owner.contact, str(first.uid), str(second.uid))
    return Asked(first, second, token, len(done) + 1)


def read(contest: Contest, owner: Owner, token: str) -> tuple[str, str] | None:
    """The public ids of the two that were put before this person, None where they were not."""
    try:
        uid, contact, first, second = tokens.read_parts(PURPOSE, token, 4)
    except ValueError:
        return None
    known = uid == str(contest.uid) and contact == str(owner.contact) and ids.is_uid(first) and ids.is_uid(second)
    return (first, second) if known else None


@patient
def compare(
    *, contest: Contest, owner: Owner, two: tuple[str, str], better: str, at: datetime, origin: str = ""
) -> bool:
    """One of these two is better, or with '' neither. Once for each person and pair; False where it is not taken: said
    before, one is their own or not shown any more, voting is over, or they were asked often enough."""
    with transaction.atomic():
        present = hold(contacts=[owner.contact]).present[owner.contact]
        stay_open(contest.pk)
        fresh = Contest.objects.select_related("survey").get(pk=contest.pk)
        shown_ones = Entry.objects.filter(contest=contest, standing=Entry.Standing.SHOWN, uid__in=two)
        entries = {str(one.uid): one for one in shown_ones}
        if len(entries) < 2 or not may_be_voted_on(fresh, at) or fresh.by != Contest.By.PAIRS:
            return False
        left, right = pair(*(one.pk for one in entries.values()))
        done = _done(contest, present)
        if (left, right) in done or len(done) >= MOST or any(one.contact_id == present for one in entries.values()):
            return False
        made = Comparison(
            contest=contest,
            contact_id=present,
            recorded_for_id=owner.recorded_for,
            left_id=left,
            right_id=right,
            better=entries.get(better),
            at=at,
        )
        Comparison.objects.bulk_create([made], ignore_conflicts=True)
        if not done:
            brought_vote(fresh.pk, origin, present)
            tell(fresh, Owner(present, owner.recorded_for), at)
        return True


def _done(contest: Contest, contact: int) -> set[Pair]:
    found = Comparison.objects.filter(contest=contest, contact=contact)
    return set(found.values_list("left", "right"))


def _chance(contest: Contest, contact: int, number: int) -> Random:
    """Nobody outside can tell it beforehand, and looking again changes nothing."""
    said = f"contest-pair:{contest.uid}:{contact}:{number}"
    return Random(hmac.digest(settings.SECRET_KEY.encode(), said.encode(), "sha256"))  # noqa: S311 keyed
