"""Who comes to which place: by the ranking, or by the draw. The seed parts entries that share the place of a prize."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from campaigns.contests import drawing
from campaigns.contests.models import Contest, Entry
from campaigns.contests.voting.ranking import Placed, ranked

TIED = "tied"
"""In a result: the place that was shared before the seed parted them."""


@dataclass(frozen=True, slots=True)
class Tie:
    """So many entries share `place`, and one of them gets a prize."""

    place: int
    count: int


def listed(contest: Contest) -> list[Entry]:
    """What is drawn from: entries that were in the list and are shown still. One query."""
    found = Entry.objects.filter(contest=contest, standing=Entry.Standing.SHOWN)
    if contest.listed:
        found = found.filter(uid__in=contest.drawn_from)
    return list(found.select_related("contact"))


def places(contest: Contest) -> list[Placed]:
    """As it stands, those that share a prize's place not yet parted; of a draw none: nobody knows before."""
    return [] if contest.by == Contest.By.DRAW else ranked(contest)


def final_places(contest: Contest, prizes: Iterable[int]) -> list[Placed]:
    """As they stay, by place. `prizes` are the places that get one."""
    if contest.by == Contest.By.DRAW:
        return drawn(contest.seed, listed(contest))
    return part(contest.seed, ranked(contest), prizes)


def drawn(seed: str, entries: Iterable[Entry]) -> list[Placed]:
    by_id = {str(one.uid): one for one in entries}
    return [Placed(by_id[id], place, {}) for place, id in enumerate(drawing.drawn(seed, by_id), 1)]


def part(seed: str, found: Sequence[Placed], prizes: Iterable[int]) -> list[Placed]:
    stakes = set(prizes)
    return [one for group in _groups(found) for one in (_parted(seed, group) if _at_stake(group, stakes) else group)]


def ties(found: Sequence[Placed], prizes: Iterable[int]) -> list[Tie]:
    stakes = set(prizes)
    return [Tie(group[0].place, len(group)) for group in _groups(found) if _at_stake(group, stakes)]


def in_order(seed: str, entries: Iterable[Entry]) -> list[Entry]:
    """Of a contest that ended: by place, those that share one by lot."""
    placed = [one for one in entries if one.place is not None]
    return sorted(placed, key=lambda one: (one.place or 0, drawing.lot(seed, str(one.uid))))


def _groups(found: Sequence[Placed]) -> list[list[Placed]]:
    ordered = sorted(found, key=lambda one: one.place)
    return [list(group) for _place, group in groupby(ordered, key=lambda one: one.place)]


def _at_stake(group: Sequence[Placed], prizes: set[int]) -> bool:
    first = group[0].place
    return len(group) > 1 and any(first <= place < first + len(group) for place in prizes)


def _parted(seed: str, group: Sequence[Placed]) -> list[Placed]:
    first = group[0].place
    by_id = {str(one.entry.uid): one for one in group}
    return [
        replace(by_id[id], place=first + n, result=_with_tie(by_id[id].result, first))
        for n, id in enumerate(drawing.drawn(seed, by_id))
    ]


def _with_tie(result: dict[str, Any], place: int) -> dict[str, Any]:
    return {**result, TIED: place}
