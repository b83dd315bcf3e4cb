"""A share of a count, and how far chance may have moved it."""

from math import sqrt

_Z = 1.959964  # 95 %


def wilson_interval(hits: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of `hits` of `of` (Wilson 1927): sound for small counts and for shares near 0 and 1."""
    if not of:
        return 0.0, 1.0
    n, p = of, hits / of
    middle, reach = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    return max(0.0, (middle - reach) / (1 + _Z**2 / n)), min(1.0, (middle + reach) / (1 + _Z**2 / n))
