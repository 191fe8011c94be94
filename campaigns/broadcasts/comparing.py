"""What a comparison of versions can show, and what it did show. Pure; shares of people who did something.

Two proportions by the normal approximation, two-sided at 5 %, with a power of 80 %: J. L. Fleiss, B. Levin, M. C. Paik,
Statistical Methods for Rates and Proportions, 3rd edition (2003), chapter 4 (sample size, without the continuity
correction) and chapter 3 (the pooled test).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

ALPHA = 0.05
POWER = 0.80
USUAL_SHARE = 0.10
"""Of the people do something, where the shop's own messages do not say better."""
ENOUGH = 500
"""People for each version below which one version is the better choice."""
LEAST = 5
"""So many have to have done it, and as many not, in both together, for the approximation to mean anything."""

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of a version's sample: people who were written to, and those of them who did what it is judged by."""

    people: int
    did: int

    @property
    def share(self) -> float:
        return self.did / self.people if self.people else 0.0


def detectable(people: int, share: float = USUAL_SHARE, *, versions: int = 2) -> float | None:
    """The smallest share above `share` that would probably show, with so many people for each version; None where even
    everybody would not be enough."""
    if people < 1 or needed(share, 1.0, versions=versions) > people:
        return None
    low, high = share, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if needed(share, middle, versions=versions) <= people else (middle, high)
    return high


def needed(share: float, better: float, *, versions: int = 2) -> float:
    """How many people each version needs, for the difference between two shares to show with the power said above."""
    if better <= share:
        return float("inf")
    middle = (share + better) / 2
    sure = _NORMAL.inv_cdf(1 - ALPHA / (versions - 1) / 2) * sqrt(2 * middle * (1 - middle))
    seen = _NORMAL.inv_cdf(POWER) * sqrt(share * (1 - share) + better * (1 - better))
    return ((sure + seen) / (better - share)) ** 2


def winner(outcomes: Mapping[str, Outcome]) -> str | None:
    """The letter of the version that is surely better than each of the others; None: it cannot be told yet."""
    if len(outcomes) < 2:
        return next(iter(outcomes), None)
    best = max(sorted(outcomes), key=lambda letter: outcomes[letter].share)
    others = [outcome for letter, outcome in outcomes.items() if letter != best]
    return best if all(_surely_more(outcomes[best], other, len(outcomes)) for other in others) else None


def p_value(one: Outcome, other: Outcome) -> float:
    """How often chance alone would show such a difference, or a larger one."""
    people, did = one.people + other.people, one.did + other.did
    if not one.people or not other.people or min(did, people - did) < LEAST:
        return 1.0
    share = did / people
    error = sqrt(share * (1 - share) * (1 / one.people + 1 / other.people))
    return 2 * (1 - _NORMAL.cdf(abs(one.share - other.share) / error))


def _surely_more(best: Outcome, other: Outcome, versions: int) -> bool:
    """With more than two versions the best is compared more often: Bonferroni's correction."""
    return best.share > other.share and p_value(best, other) < ALPHA / (versions - 1)
