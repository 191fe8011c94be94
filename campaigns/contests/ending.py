"""How a contest ends: once, whoever presses how often and however many at once, and it stays as it was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from campaigns.contests import announcing, answering, drawing, placing
from campaigns.contests.actions import STREAM
from campaigns.contests.confirming import is_in_grace, unconfirmed
from campaigns.contests.locking import locked
from campaigns.contests.models import Contest, Entry, Juror, Prize, Score, Vote
from campaigns.contests.placing import Tie
from campaigns.contests.stages import Stage, may_be_voted_on, stage
from campaigns.contests.voting.ranking import Placed
from campaigns.offers import queries as offers
from campaigns.offers.giving import Wish, give_all
from campaigns.offers.models import Given, Offer
from campaigns.surveys import actions as surveys
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Survey
from crm.contacts.actions import Owner, hold
from engage.lib import live, sql
from engage.lib.patience import patient

TRIES = 5


class CannotEnd(ValueError):
    """`why`: what is to be settled before, by name."""

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__(", ".join(why))
        self.why = list(why)


@dataclass(frozen=True, slots=True)
class Prospect:
    """A prize, whom it goes to as it stands (nobody knows in a draw), and whether it can be given."""

    prize: Prize
    entry: Entry | None
    given: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be said. `why` is what stands against it: `draft`, `open`, `voting` and `unconfirmed` until a day that
    was promised, `waiting`, `unlisted`, `prizes`. While people vote nobody sees who leads: `placed` is empty."""

    stage: Stage
    placed: list[Placed]
    shown: int
    ties: list[Tie]
    prospects: list[Prospect]
    waiting: int
    unconfirmed: int
    not_counted: int
    unfinished: list[str]
    told: int
    why: list[str]


def preview(contest: Contest, at: datetime) -> Preview:
    """As it stands. A constant number of queries."""
    prizes = list(contest.prizes.all())
    placed = [] if may_be_voted_on(contest, at) else placing.places(contest)
    shown = _of(contest, Entry.Standing.SHOWN)
    waiting = _of(contest, Entry.Standing.WAITING)
    prospects, now = _prospects(prizes, placed, at), stage(contest, at)
    return Preview(
        stage=now,
        placed=placed,
        shown=shown,
        ties=placing.ties(placed, [one.place for one in prizes]),
        prospects=prospects,
        waiting=waiting,
        unconfirmed=unconfirmed(contest, at),
        not_counted=Vote.objects.filter(contest=contest, refused=Vote.Refused.RING, counted_by="").count(),
        unfinished=_unfinished(contest, shown),
        told=answering.count(contest),
        why=_why(contest, now, waiting, prospects, at),
    )


@patient
def fix_list(*, contest: Contest, by: str, at: datetime) -> Contest:
    """No more entries, and what is drawn from is fixed, and shown with its hash, before anybody knows the seed. Once.
    Raises CannotEnd while entries wait."""
    with transaction.atomic():
        fresh = locked(contest)
        if fresh.listed or fresh.ended:
            return fresh
        waiting = _of(fresh, Entry.Standing.WAITING)
        if why := [one for one in _why(fresh, stage(fresh, at), waiting, [], at) if one != "unlisted"]:
            raise CannotEnd(why)
        surveys.close(survey=fresh.survey, by=by, at=at)
        _fix(fresh, at)
        return fresh


def fix_lists(*, at: datetime) -> None:
    """Of every draw that takes no more entries, with none to be looked at or confirmed; the others wait for that."""
    for contest in unended().filter(by=Contest.By.DRAW, listed=None):
        over = stage(contest, at) is Stage.DECIDING
        if over and not _of(contest, Entry.Standing.WAITING) and not unconfirmed(contest, at):
            fix_list(contest=contest, by="", at=at)


def unended() -> QuerySet[Contest]:
    """Those that were published, with their surveys."""
    return Contest.objects.select_related("survey").filter(ended=None).exclude(survey__state=Survey.State.DRAFT)


@patient
def end(*, contest: Contest, by: str, at: datetime) -> Contest:
    """Entries and votes stop, places and prizes are fixed, in one transaction; a worker then tells everybody. Whoever
    comes second finds it ended. Raises CannotEnd."""
    for _try in range(TRIES):
        with transaction.atomic():
            ended = _end(contest, by, at)
        if ended is not None:
            return ended
    raise CannotEnd(["busy"])


def to_end(*, at: datetime) -> list[tuple[Contest, Stage]]:
    """Nobody has said who won, and all is in, or no more is entered and it was not said until when people vote. One
    query, one more for each whose entries can be confirmed still."""
    shown = Entry.objects.filter(contest=OuterRef("pk"), standing=Entry.Standing.SHOWN)
    found = [(one, stage(one, at)) for one in unended().annotate(has_any=Exists(shown)).order_by("id")]
    return [(one, now) for one, now in found if _is_due(one, now) and not _may_grow(one, at)]


def _is_due(contest: Any, now: Stage) -> bool:
    return now is Stage.DECIDING or (now is Stage.VOTING and contest.votes_close is None and contest.has_any)


def _may_grow(contest: Contest, at: datetime) -> bool:
    return is_in_grace(contest, at) and unconfirmed(contest, at) > 0


def _end(contest: Contest, by: str, at: datetime) -> Contest | None:
    """People are held before the contest is, as everywhere: those who seem to win. None where others do by then."""
    held = hold(contacts=_winners_of(contest)).present
    fresh = locked(contest)
    if fresh.ended:
        return fresh
    prizes = list(fresh.prizes.all())
    now = stage(fresh, at)
    if why := _why(fresh, now, _of(fresh, Entry.Standing.WAITING), _prospects(prizes, [], at), at):
        raise CannotEnd(why)
    surveys.close(survey=fresh.survey, by=by, at=at)
    if not fresh.listed:
        _fix(fresh, at)
    placed = placing.final_places(fresh, [one.place for one in prizes])
    winners = _winners(prizes, placed)
    if any(one.contact_id not in held for one in winners.values()):
        return None
    _place(placed)
    fresh.ended, fresh.ended_by = at, by[:120]
    fresh.save(update_fields=["ended", "ended_by"])
    give(fresh, winners, prizes, by, at)
    announcing.begin(fresh, by=by, at=at)
    live.publish(STREAM, {"contest": fresh.uid})
    return fresh


def give(
    contest: Contest, winners: dict[int, Entry], prizes: Sequence[Prize], by: str, at: datetime, *, passed: bool = False
) -> dict[int, Given]:
    """What each place gets, by place; said in words alone it is given by hand. Raises CannotEnd."""
    due = [one for one in prizes if one.place in winners]
    for prize in due:
        prize.entry = winners[prize.place]
    Prize.objects.bulk_update(due, ["entry"])
    offered = [one for one in due if one.offer]
    wishes = [_wish(contest, one, winners[one.place], by, passed=passed) for one in offered]
    outcome = give_all(wishes, at=at)
    given = {prize.place: one for prize, one in zip(offered, outcome, strict=True) if isinstance(one, Given)}
    if len(given) < len(offered):
        raise CannotEnd(["prizes"])
    return given


def _wish(contest: Contest, prize: Prize, entry: Entry, by: str, *, passed: bool) -> Wish:
    cause = answering.cause_of(contest, prize.place) + (":passed" if passed else "")
    return Wish(prize.offer, Owner(entry.contact_id, entry.recorded_for_id), cause, by, contest.survey.title[:200])


def _winners_of(contest: Contest) -> set[int]:
    prizes = list(contest.prizes.all())
    placed = placing.final_places(contest, [one.place for one in prizes])
    return {one.contact_id for one in _winners(prizes, placed).values()}


def _winners(prizes: Sequence[Prize], placed: Sequence[Placed]) -> dict[int, Entry]:
    """Whoever comes to a prize's place, by place."""
    by_place = {one.place: one.entry for one in placed}
    return {one.place: by_place[one.place] for one in prizes if one.place in by_place}


def _why(contest: Contest, now: Stage, waiting: int, prospects: Sequence[Prospect], at: datetime) -> list[str]:
    against = {
        "draft": now in (Stage.DRAFT, Stage.EARLY),
        "open": now is Stage.OPEN and parse_limits(contest.survey.limits).closes is not None,
        "voting": now is Stage.VOTING and contest.votes_close is not None,
        "unconfirmed": _may_grow(contest, at),
        "waiting": waiting > 0,
        "unlisted": contest.by == Contest.By.DRAW and contest.listed is None,
        "prizes": not all(one.given for one in prospects),
    }
    return [why for why, stands in against.items() if stands]


def _prospects(prizes: Sequence[Prize], placed: Sequence[Placed], at: datetime) -> list[Prospect]:
    """An entry is named where nobody shares its place."""
    alone: dict[int, list[Entry]] = {}
    for one in placed:
        alone.setdefault(one.place, []).append(one.entry)
    can = _can_be_given([one.offer for one in prizes if one.offer], at)
    return [
        Prospect(
            one,
            found[0] if len(found := alone.get(one.place, [])) == 1 else None,
            not one.offer or one.offer in can,
        )
        for one in prizes
    ]


def _can_be_given(keys: Sequence[str], at: datetime) -> set[str]:
    """Those offers of which there are as many as are promised. Two queries."""
    found = list(Offer.objects.filter(key__in=keys))
    codes = offers.codes_left(found)
    return {
        one.key
        for one in found
        if not one.is_over(at)
        and (one.left is None or one.left >= keys.count(one.key))
        and codes.get(one.pk, keys.count(one.key)) >= keys.count(one.key)
    }


def _unfinished(contest: Contest, shown: int) -> list[str]:
    """Jurors who have not judged everything. Two queries of a jury."""
    if contest.by != Contest.By.JURY:
        return []
    jury = list(Juror.objects.filter(contest=contest, left=None).order_by("name", "id"))
    scored = Score.objects.filter(juror__in=jury, entry__standing=Entry.Standing.SHOWN)
    counts: dict[int, int] = {}
    for juror in scored.values_list("juror", flat=True):
        counts[juror] = counts.get(juror, 0) + 1
    return [one.name for one in jury if counts.get(one.pk, 0) < shown * len(contest.criteria)]


def _of(contest: Contest, standing: str) -> int:
    return Entry.objects.filter(contest=contest, standing=standing).count()


def _fix(contest: Contest, at: datetime) -> None:
    shown = Entry.objects.filter(contest=contest, standing=Entry.Standing.SHOWN)
    contest.drawn_from, contest.listed = drawing.fixed(shown.values_list("uid", flat=True)), at
    contest.save(update_fields=["drawn_from", "listed"])
    live.publish(STREAM, {"contest": contest.uid})


def _place(placed: Sequence[Placed]) -> None:
    said = [{"id": one.entry.pk, "place": one.place, "result": one.result} for one in placed]
    sql.run(
        "UPDATE campaigns_contests_entry AS e SET place = d.place, result = d.result "
        "FROM jsonb_to_recordset(%s) AS d(id bigint, place integer, result jsonb) WHERE e.id = d.id",
        [orjson.dumps(said).decode()],
    )
