"""Which two entries somebody is asked about next: pure, so that all are compared equally often."""

from collections.abc import Collection, Mapping
from random import Random

MOST = 50
"""That one person is asked."""

type Pair = tuple[int, int]
"""Two entries, the lower id first."""


def pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def choose(compared: Mapping[int, int], done: Collection[Pair], random: Random) -> Pair | None:
    """The entry compared least, against the one compared least of those it has not met before this person; ties by
    chance, and so which stands where. `compared`: how often each was, without the person's own. None when they are
    through."""
    if len(done) >= MOST:
        return None
    order = sorted(compared, key=lambda one: (compared[one], random.random()))
    met = set(done)
    for index, one in enumerate(order):
        for other in order[index + 1 :]:
            if pair(one, other) not in met:
                return (one, other) if random.random() < 0.5 else (other, one)
    return None
