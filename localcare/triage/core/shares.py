"""A share of a count, and how far chance may have moved it."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's 95 % interval."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; of nothing it is 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """What chance leaves open, 95 %."""
        return wilson_interval(self.value, self.of)


def wilson_interval(share: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a share of `n` (Wilson 1927): sound for small counts and for shares near 0 and 1.

    `n` may be the effective size of a weighted count; of nothing the whole span is open.
    """
    if n <= 0:
        return 0.0, 1.0
    middle, reach = share + _Z**2 / (2 * n), _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, (middle - reach) / (1 + _Z**2 / n)), min(1.0, (middle + reach) / (1 + _Z**2 / n))
