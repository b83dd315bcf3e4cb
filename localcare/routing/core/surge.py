"""Whether more comes in than was forecast: it switches the overflow rules on, and off again without flapping."""

from math import sqrt

_UNLIKELY = 3.0  # standard deviations of a Poisson count: by chance once in some seven hundred windows


def is_surge(arrived: int, expected: float, *, was_surge: bool, factor: float = 1.5) -> bool:
    """Whether a window's arrivals are a surge against the forecast.

    It begins when `factor` times the forecast came and chance does not explain it; it ends only when the count is back
    half-way, so that one quiet window in the middle of a launch switches nothing off.
    """
    above = factor - 1
    if was_surge:
        return arrived > expected * (1 + above / 2)
    return arrived >= expected * factor and arrived > expected + _UNLIKELY * sqrt(max(expected, 1.0))
