"""Who comes to which place, and by what: by votes, pairs or a jury. Those that are equal share a place, and the next
one is left out: 1, 2, 2, 4. What nobody voted for, compared or judged has none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from campaigns.contests.gallery import shown
from campaigns.contests.models import Contest, Entry
from campaigns.contests.voting import counting, strength
from campaigns.contests.voting.jury import OWN
from campaigns.contests.voting.suspecting import look
from engage.lib import clock, sql

_SCORES = f"""
    SELECT s.entry_id, s.juror_id, s.criterion, s.points FROM campaigns_contests_score AS s
    JOIN campaigns_contests_juror AS j ON j.id = s.juror_id AND j.left IS NULL
    JOIN campaigns_contests_entry AS e ON e.id = s.entry_id AND e.standing = 'shown'
    WHERE j.contest_id = %(contest)s AND s.criterion = ANY(%(criteria)s) AND NOT {OWN}
"""  # noqa: S608 a statement of ours


@dataclass(frozen=True, slots=True)
class Placed:
    """`result` is what the place was found by, for everybody to read: {"votes": 41}; {"share": 0.63, "comparisons": 40,
    "unsure": true}; {"points": 7.8, "criteria": {"c1": 8.2}, "jurors": 3, "of": 3}."""

    entry: Entry
    place: int
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the jury gave an entry: the mean of the criteria's means over the jurors who judged all of it."""

    points: Fraction
    criteria: Mapping[str, Fraction]
    jurors: int


def ranked(contest: Contest) -> list[Placed]:
    """The first place first; looks for rings once more. A constant number of queries. None for draws."""
    match Contest.By(contest.by):
        case Contest.By.VOTES:
            look(contest, clock.now())
            found = _by_votes(contest)
        case Contest.By.PAIRS:
            found = _by_pairs(contest)
        case Contest.By.JURY:
            found = _by_jury(contest)
        case _:
            found = []
    entries = shown(contest).in_bulk([entry for entry, _place, _result in found])
    return [Placed(entries[entry], place, result) for entry, place, result in found if entry in entries]


type Found = list[tuple[int, int, dict[str, Any]]]


def _by_votes(contest: Contest) -> Found:
    votes = counting.votes(contest)
    order = sorted(votes, key=lambda one: (-votes[one], one))
    return [(one, place, {"votes": votes[one]}) for one, place in places(order, [votes[one] for one in order])]


def _by_pairs(contest: Contest) -> Found:
    return [
        (
            one.entry,
            one.place,
            {"share": round(one.share, 4), "comparisons": one.comparisons, "unsure": one.unsure},
        )
        for one in strength.ranked(counting.wins(contest))
    ]


def _by_jury(contest: Contest) -> Found:
    """Ties go by the first criterion, and then share the place."""
    criteria = [one["id"] for one in contest.criteria]
    found = judged(contest)
    keys = {entry: (one.points, one.criteria[criteria[0]]) for entry, one in found.items()}
    order = sorted(found, key=lambda one: (-keys[one][0], -keys[one][1], one))
    of = contest.jurors.filter(left=None).count()
    return [
        (
            one,
            place,
            {
                "points": round(float(found[one].points), 2),
                "criteria": {id: round(float(mean), 2) for id, mean in found[one].criteria.items()},
                "jurors": found[one].jurors,
                "of": of,
            },
        )
        for one, place in places(order, [keys[one] for one in order])
    ]


def judged(contest: Contest) -> dict[int, Judged]:
    """By entry, where a juror judged all of it. One query."""
    criteria = [one["id"] for one in contest.criteria]
    sheets: dict[int, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for entry, juror, criterion, points in sql.rows(_SCORES, {"contest": contest.pk, "criteria": criteria}):
        sheets[entry][juror][criterion] = points
    found: dict[int, Judged] = {}
    for entry, by_juror in sheets.items():
        whole = [sheet for sheet in by_juror.values() if len(sheet) == len(criteria)]
        if whole:
            means = {id: Fraction(sum(sheet[id] for sheet in whole), len(whole)) for id in criteria}
            found[entry] = Judged(sum(means.values(), Fraction()) / len(criteria), means, len(whole))
    return found


def places[T](order: Sequence[int], keys: Sequence[T]) -> list[tuple[int, int]]:
    """Each with its place; those whose key equals the one before share its place."""
    found: list[tuple[int, int]] = []
    for index, one in enumerate(order):
        place = found[-1][1] if index and keys[index] == keys[index - 1] else index + 1
        found.append((one, place))
    return found
