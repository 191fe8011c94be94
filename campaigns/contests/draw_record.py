"""The record of a draw: everything with which anybody checks it, and nothing of anybody."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.contests import drawing, placing
from campaigns.contests.models import Contest, Entry


@dataclass(frozen=True, slots=True)
class Record:
    """`gone` are ids in the list whose entries are shown no more: nobody is named by them, and they are passed over.
    `winners` are of a draw. Without an end there is no seed, and nobody has come first."""

    contest: Contest
    gone: list[str]
    winners: list[Entry]
    groups: list[dict[str, Any]]

    @property
    def seed(self) -> str:
        return self.contest.seed if self.contest.ended else ""

    @property
    def digest(self) -> str:
        return drawing.digest_of(self.contest.drawn_from) if self.contest.listed else ""

    def as_json(self) -> dict[str, Any]:
        return {
            "contest": self.contest.survey.key,
            "commitment": self.contest.commitment,
            "listed": _moment(self.contest.listed),
            "drawn_from": self.contest.drawn_from,
            "drawn_from_sha256": self.digest,
            "passed_over": self.gone,
            "ended": _moment(self.contest.ended),
            "seed": self.seed,
            "drawn": self.groups,
        }


def record_of(contest: Contest) -> Record:
    """Three queries at most."""
    found = {str(one.uid): one for one in _there(contest)}
    gone = [id for id in contest.drawn_from if id not in found]
    if not contest.ended:
        return Record(contest, gone, [], [])
    if contest.by != Contest.By.DRAW:
        return Record(contest, gone, [], _ties(list(found.values())))
    winners = _winners(contest, list(found.values()))
    came = [str(one.uid) for one in winners]
    return Record(contest, gone, winners, [{"among": contest.drawn_from, "came": came}])


def _there(contest: Contest) -> list[Entry]:
    """Of the list those that are shown, and once they were drawn those that were."""
    if not contest.listed:
        return []
    shown = Entry.objects.filter(contest=contest, standing=Entry.Standing.SHOWN, uid__in=contest.drawn_from)
    return list(shown.exclude(place=None) if contest.ended and contest.by == Contest.By.DRAW else shown)


def _winners(contest: Contest, entries: list[Entry]) -> list[Entry]:
    """Down to the last that has, or was promised, a prize; at least the first."""
    prizes = list(contest.prizes.select_related("entry"))
    last = max([1, *(one.place for one in prizes), *(one.entry.place or 1 for one in prizes if one.entry)])
    ordered = placing.in_order(contest.seed, entries)
    return [one for one in ordered if one.place is not None and one.place <= last]


def _ties(entries: list[Entry]) -> list[dict[str, Any]]:
    shared: dict[int, list[Entry]] = defaultdict(list)
    for one in entries:
        if placing.TIED in one.result:
            shared[one.result[placing.TIED]].append(one)
    return [
        {
            "among": drawing.fixed(one.uid for one in group),
            "came": [str(one.uid) for one in sorted(group, key=lambda one: one.place or 0)],
        }
        for _place, group in sorted(shared.items())
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
