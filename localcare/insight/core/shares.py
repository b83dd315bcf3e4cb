"""Shares of small counts, fairly: a store's own share, drawn towards that of its peers the more the less is known of it.

Beta-binomial empirical Bayes (B. Efron, C. Morris, "Stein's paradox in statistics", Scientific American, 1977). The prior's
mean is the peers' share; its weight says how alike they are, by the marginal likelihood of their counts (Skellam, J. R.
Stat. Soc. B 10, 1948), itself weighed by what is usual for stores of one brand, so that few peers do not mislead.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.9
USUAL_WEIGHT = 25.0
"""Stores of one brand usually differ by some eight points: as if each had some twenty-five opinions of its peers."""

_LOG_SPREAD = 0.7
_WEIGHTS = tuple(float(weight) for weight in np.geomspace(4, 400, 13))
_EDGE = 0.01
_GRID = 256
_STORES_AT_ONCE = 500

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Count:
    """`hits` of `n`, such as positive opinions of all."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        """The raw share; None of nothing. Never compare stores by it."""
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Prior:
    """What a store is taken for before anything is known of it: the share `mean`, as if seen in so many opinions.

    How many is not certain either: `weights` are (opinions, chance) pairs.
    """

    mean: float
    weights: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share with its 90 % credible interval; `count` is what was seen."""

    value: float
    low: float
    high: float
    count: Count

    @property
    def width(self) -> float:
        """How much of 0..1 the interval leaves open."""
        return self.high - self.low


def fit_prior(counts: Sequence[Count]) -> Prior:
    """The prior that peers give each other. Of nothing at all it is an even one of the usual weight."""
    seen = Counter(count for count in counts if count.n)
    if not seen:
        return Prior(0.5, ((USUAL_WEIGHT, 1.0),))
    mean = _mean(seen)
    logs = [_log_posterior(seen, mean, weight) for weight in _WEIGHTS]
    chances = [exp(each - max(logs)) for each in logs]
    return Prior(mean, tuple((weight, chance / sum(chances)) for weight, chance in zip(_WEIGHTS, chances, strict=True)))


def estimate_shares(counts: Sequence[Count], prior: Prior) -> list[Share]:
    """Each count's share as its posterior mean, with the interval that holds the true share with 90 % probability."""
    hits = np.array([count.hits for count in counts], dtype=np.float64)
    n = np.array([count.n for count in counts], dtype=np.float64)
    weight, chance = np.array(prior.weights).T[:, :, None]
    means = (prior.mean * weight + hits) / (weight + n)
    variances = means * (1 - means) / (weight + n + 1)
    values = (chance * means).sum(axis=0)
    variance = (chance * (variances + means**2)).sum(axis=0) - values**2
    total = values * (1 - values) / variance - 1
    low, high = beta_intervals(values * total, (1 - values) * total)
    estimates = zip(values.tolist(), low.tolist(), high.tolist(), counts, strict=True)
    return [Share(value, lowest, highest, count) for value, lowest, highest, count in estimates]


def beta_intervals(alpha: Floats, beta: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The equal-tailed intervals of Beta(alpha, beta), by quadrature; exact to 0.001 where both are at least 1."""
    lows, highs = np.empty_like(alpha), np.empty_like(alpha)
    for start in range(0, len(alpha), _STORES_AT_ONCE):
        part = slice(start, start + _STORES_AT_ONCE)
        lows[part], highs[part] = _intervals(alpha[part], beta[part], (1 - level) / 2)
    return lows, highs


def _mean(seen: Counter[Count]) -> float:
    """The peers' share, each store counting as much as it tells of them: a loud one does not speak for all."""
    weights = [(times * count.n / (count.n + USUAL_WEIGHT), count) for count, times in seen.items()]
    mean = sum(weight * count.hits / count.n for weight, count in weights) / sum(weight for weight, _ in weights)
    return min(1 - _EDGE, max(_EDGE, mean))


def _log_posterior(seen: Counter[Count], mean: float, weight: float) -> float:
    alpha, beta = mean * weight, (1 - mean) * weight
    nothing = lgamma(alpha) + lgamma(beta) - lgamma(weight)
    likelihood = sum(
        times * (lgamma(alpha + c.hits) + lgamma(beta + c.n - c.hits) - lgamma(weight + c.n) - nothing)
        for c, times in seen.items()
    )
    return likelihood - (log(weight / USUAL_WEIGHT) / _LOG_SPREAD) ** 2 / 2


def _intervals(alpha: Floats, beta: Floats, tail: float) -> tuple[Floats, Floats]:
    total = alpha + beta
    mean = alpha / total
    reach = 6 * np.sqrt(mean * (1 - mean) / (total + 1))
    start, end = np.maximum(0, mean - reach), np.minimum(1, mean + reach)
    places = (np.arange(_GRID) + 0.5) / _GRID
    x = start[:, None] + (end - start)[:, None] * places
    log_density = (alpha - 1)[:, None] * np.log(x) + (beta - 1)[:, None] * np.log1p(-x)
    mass = np.exp(log_density - log_density.max(axis=1, keepdims=True)).cumsum(axis=1)
    mass /= mass[:, -1:]
    width = end - start
    return start + width * _reach_of(mass, tail), start + width * _reach_of(mass, 1 - tail)


def _reach_of(mass: Floats, edge: float) -> Floats:
    """How far along the grid, 0..1, each row's cumulated mass comes to the edge; straight between two points."""
    step = (mass < edge).sum(axis=1)
    rows = np.arange(len(mass))
    before = np.where(step > 0, mass[rows, step - 1], 0.0)
    part: Floats = (step + (edge - before) / (mass[rows, step] - before)) / _GRID
    return part
