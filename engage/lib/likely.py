"""How sure a share, a mean or a difference is."""

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

Z = 1.959964
"""Of the normal distribution, for 95 %."""


def share(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval for a share, in 0 to 1: E. B. Wilson, Probable inference, JASA 22 (1927). `of` is over 0."""
    rate, spread = hits / of, Z * Z / of
    middle = (rate + spread / 2) / (1 + spread)
    half = Z * sqrt(rate * (1 - rate) / of + spread / (4 * of)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


class Sample(NamedTuple):
    """Numbers by what is needed of them: how many, their mean, and their variance (with n - 1)."""

    n: int
    mean: float
    variance: float

    @classmethod
    def of(cls, n: int, total: float, squares: float) -> "Sample":
        """From sums of the numbers and of their squares; `n` is over 0."""
        mean = total / n
        return cls(n, mean, max(squares - n * mean * mean, 0.0) / (n - 1) if n > 1 else 0.0)

    @classmethod
    def counted(cls, counts: Mapping[int, int]) -> "Sample":
        """From how often each number is there."""
        n = sum(counts.values())
        mean = sum(no * count for no, count in counts.items()) / n
        rest = sum(count * (no - mean) ** 2 for no, count in counts.items())
        return cls(n, mean, rest / (n - 1) if n > 1 else 0.0)


def mean(sample: Sample) -> tuple[float, float]:
    """Student's interval at 95 %: mean ± t(n - 1) · s / √n. At least two numbers."""
    half = quantile(sample.n - 1) * sqrt(sample.variance / sample.n)
    return sample.mean - half, sample.mean + half


def difference(before: Sample, after: Sample) -> tuple[float, float]:
    """Welch's interval for how much the mean has grown: B. L. Welch, Biometrika 34 (1947); degrees of freedom by
    Satterthwaite. At least two numbers in each."""
    one, other = before.variance / before.n, after.variance / after.n
    spread = one + other
    if not spread:
        return after.mean - before.mean, after.mean - before.mean
    freedom = spread**2 / (one**2 / (before.n - 1) + other**2 / (after.n - 1))
    half = quantile(freedom) * sqrt(spread)
    return after.mean - before.mean - half, after.mean - before.mean + half


def quantile(freedom: float) -> float:
    """Student's t for 95 % on both sides, by the expansion around the normal one: Abramowitz and Stegun, 26.7.5. Right
    to 0.001 from six degrees of freedom on."""
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def net(promoters: int, detractors: int, of: int) -> tuple[float, float]:
    """The interval of promoters minus detractors, in -1 to 1, by the variance of that difference, p + d - (p - d)²,
    with three answers added (¾ of each kind, 1½ neither), so that it is right for few answers and at the ends too:
    the adjusted Wald interval of B. Rocks, Interval estimation for the net promoter score, The American Statistician
    70 (2016), after A. Agresti and Y. Min (2005)."""
    n = of + 3
    good, bad = (promoters + 0.75) / n, (detractors + 0.75) / n
    half = Z * sqrt((good + bad - (good - bad) ** 2) / n)
    return max(good - bad - half, -1.0), min(good - bad + half, 1.0)
