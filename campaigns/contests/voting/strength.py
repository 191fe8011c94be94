"""How strong entries are, from which of two was chosen: the model of Bradley and Terry, Biometrika 39 (1952), in which
i is chosen over j with probability p_i / (p_i + p_j).

Found by the iteration of M. E. J. Newman, Efficient computation of rankings from pairwise comparisons, JMLR 24 (2023),
which comes to the same maximum as the MM algorithm of D. R. Hunter, Annals of Statistics 32 (2004), in a tenth of the
rounds where some are much stronger than others. Everybody also meets a made-up entry of strength 1, half won and half
lost: so there is one answer, and it is found, whoever has met whom. Whether two can be told apart goes by the variance
of the difference of their logarithms, 1/v_i + 1/v_j, where v is the diagonal of the Fisher information: G. Simons and
Y.-C. Yao, Asymptotics when the number of paired comparisons tends to infinity, Annals of Statistics 27 (1999).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt

from engage.lib.likely import Z

PRIOR = 0.5
"""Won, and lost, against the made-up entry."""
CLOSE = 1e-8
"""Relative: a round that moves nothing further is the last."""
SAME = 1e-5
"""Relative: strengths closer than this are one."""
ROUNDS = 2000
_FAR, _NEAR = 20.0, 1e-10

type Met = Mapping[int, Mapping[int, tuple[int, int]]]
"""{entry: {other: (how often it was chosen over it, how often the other)}}."""
type Wins = Mapping[tuple[int, int], int]
"""{(chosen, not chosen): how often}."""


@dataclass(frozen=True, slots=True)
class Strength:
    """`share` is how many of all others it is expected to be chosen over, 0 to 1. `unsure`: the data does not tell it
    from the one above it or below it."""

    entry: int
    strength: float
    share: float
    comparisons: int
    place: int
    unsure: bool


def ranked(wins: Wins) -> list[Strength]:
    """All that were compared, the strongest first; those that cannot differ share a place."""
    met = _met(wins)
    found = _strengths(met)
    order = sorted(found, key=lambda one: (-found[one], one))
    unsure, places = _unsure(order, found, met), _places(order, found)
    return [
        Strength(one, found[one], _share(one, found), _count(met[one]), places[one], one in unsure) for one in order
    ]


def _met(wins: Wins) -> Met:
    met: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for (better, worse), count in wins.items():
        won, lost = met[better].get(worse, (0, 0))
        met[better][worse] = (won + count, lost)
        met[worse][better] = (lost, won + count)
    return met


def _count(others: Mapping[int, tuple[int, int]]) -> int:
    return sum(won + lost for won, lost in others.values())


def _strengths(met: Met) -> dict[int, float]:
    """In the order of their records, so that nothing depends on names."""
    record = {one: sum(won for won, _lost in others.values()) / _count(others) for one, others in met.items()}
    found = dict.fromkeys(sorted(met, key=lambda one: (-record[one], one)), 1.0)
    rows = [(one, [(other, won, lost) for other, (won, lost) in met[one].items()]) for one in found]
    for _round in range(ROUNDS):
        moved = 0.0
        for one, others in rows:
            mine = found[one]
            over = under = PRIOR / (mine + 1)
            for other, won, lost in others:
                theirs = found[other]
                each = 1 / (mine + theirs)
                over += won * theirs * each
                under += lost * each
            new = over / under
            moved = max(moved, abs(new - mine) / mine)
            found[one] = new
        _scale(found)
        if moved < CLOSE:
            break
    return found


def _scale(found: dict[int, float]) -> None:
    """All by one factor, so that the made-up entry is chosen as often as its half asks for. Nothing else fixes the
    scale, and the rounds alone come to it slowly. By bisection of its logarithm; the sum grows with it."""
    low, high = -_FAR, _FAR
    logs = {one: log(mine) for one, mine in found.items()}
    while high - low > _NEAR:
        middle = (low + high) / 2
        over = sum(1 / (1 + exp(-middle - mine)) for mine in logs.values()) > len(found) / 2
        low, high = (low, middle) if over else (middle, high)
    for one, mine in logs.items():
        found[one] = exp(mine + low)


def _share(one: int, found: Mapping[int, float]) -> float:
    mine = found[one]
    return (sum(mine / (mine + other) for other in found.values()) - 0.5) / (len(found) - 1)


def _places(order: Sequence[int], found: Mapping[int, float]) -> dict[int, int]:
    """1, 2, 2, 4: whoever is as strong as the one above shares its place."""
    places: dict[int, int] = {}
    for index, one in enumerate(order):
        above = order[index - 1] if index else None
        ties = above is not None and found[above] / found[one] - 1 < SAME
        places[one] = places[above] if ties and above is not None else index + 1
    return places


def _unsure(order: Sequence[int], found: Mapping[int, float], met: Met) -> set[int]:
    known = {one: _information(one, found, met[one]) for one in order}
    unsure: set[int] = set()
    for above, below in pairwise(order):
        if log(found[above] / found[below]) < Z * sqrt(1 / known[above] + 1 / known[below]):
            unsure |= {above, below}
    return unsure


def _information(one: int, found: Mapping[int, float], others: Mapping[int, tuple[int, int]]) -> float:
    mine = found[one]
    real = sum((won + lost) * mine * found[other] / (mine + found[other]) ** 2 for other, (won, lost) in others.items())
    return real + 2 * PRIOR * mine / (mine + 1) ** 2
