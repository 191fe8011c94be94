"""How sure a share is."""

from math import sqrt

Z = 1.959964
"""Of the normal distribution, for 95 %."""


def share(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval for a share, in 0 to 1: E. B. Wilson, Probable inference, JASA 22 (1927). `of` is over 0."""
    rate, spread = hits / of, Z * Z / of
    middle = (rate + spread / 2) / (1 + spread)
    half = Z * sqrt(rate * (1 - rate) / of + spread / (4 * of)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)
