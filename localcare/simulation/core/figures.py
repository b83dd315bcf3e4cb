"""What runs say: quantiles of one, and the mean over seeds with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from localcare.simulation.core.arrivals import Floats

_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""Student's t, 97.5 %, for 1 to 30 degrees of freedom."""
BUCKETS_MIN = (1.0, 5.0, 15.0, 60.0, 240.0, 480.0, 1440.0)
"""Upper ends of the response times' groups, in minutes; what is over the last makes one more."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over seeds with its 95 % interval (Student's t); without an interval when there is one seed."""

    value: float
    low: float
    high: float


def over_seeds(values: Sequence[float]) -> Figure:
    """The mean of a figure over independent runs."""
    mean = sum(values) / len(values)
    if len(values) == 1:
        return Figure(mean, mean, mean)
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))
    reach = spread * (_T[len(values) - 2] if len(values) - 2 < len(_T) else 1.96)
    return Figure(mean, mean - reach, mean + reach)


def share_within(waits: Floats, seconds: float) -> float:
    """The share of all that waited for at most so long; what still waits (NaN) counts as too long."""
    return float(np.mean(np.nan_to_num(waits, nan=np.inf) <= seconds)) if len(waits) else 1.0


def quantile(waits: Floats, share: float) -> float:
    """The wait that this share of all stays below; infinite while more than the rest still wait."""
    ordered = np.sort(np.nan_to_num(waits, nan=np.inf))
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))]) if len(ordered) else 0.0


def in_groups(waits: Floats) -> tuple[float, ...]:
    """The share in each group of response times, the last over all ends; they add up to 1."""
    ends = np.array([*BUCKETS_MIN, np.inf]) * 60
    counts = np.searchsorted(ends[:-1], np.nan_to_num(waits, nan=np.inf), side="left")
    return tuple(float(share) for share in np.bincount(counts, minlength=len(ends)) / max(1, len(waits)))
