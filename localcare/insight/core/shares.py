"""Shares of small counts, fairly: a store's own share, drawn towards that of its peers the more the less is known of it.

Beta-binomial empirical Bayes. The prior's mean is the peers' pooled share; its weight says how alike the peers are, by the
method of moments of J. C. Kleinman, "Proportions with extraneous variance", JASA 68 (1973), 46–54.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.9
MIN_PEERS = 8
"""With fewer peers than this their spread cannot be told from chance."""
FALLBACK_WEIGHT = 20.0
LIGHTEST, HEAVIEST = 2.0, 400.0

_GRID = 1_000
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
    """What a store is taken for before anything is known of it: the share `mean`, as if seen in `weight` opinions."""

    mean: float
    weight: float


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
    """The prior that peers give each other. Of nothing at all it is an even, light one."""
    seen = [count for count in counts if count.n]
    n = np.array([count.n for count in seen], dtype=np.float64)
    hits = np.array([count.hits for count in seen], dtype=np.float64)
    mean = float((hits.sum() + 1) / (n.sum() + 2))
    if len(seen) < MIN_PEERS:
        return Prior(mean, FALLBACK_WEIGHT)
    return Prior(mean, _weight(hits, n))


def estimate_shares(counts: Sequence[Count], prior: Prior) -> list[Share]:
    """Each count's share as its posterior mean, with the interval that holds the true share with 90 % probability."""
    hits = np.array([count.hits for count in counts], dtype=np.float64)
    n = np.array([count.n for count in counts], dtype=np.float64)
    alpha, beta = prior.mean * prior.weight + hits, (1 - prior.mean) * prior.weight + n - hits
    values = alpha / (alpha + beta)
    low, high = beta_intervals(alpha, beta)
    estimates = zip(values.tolist(), low.tolist(), high.tolist(), counts, strict=True)
    return [Share(value, lowest, highest, count) for value, lowest, highest, count in estimates]


def beta_intervals(alpha: Floats, beta: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The equal-tailed intervals of Beta(alpha, beta), by quadrature on a grid fitted to each; exact to about 0.001."""
    lows, highs = np.empty_like(alpha), np.empty_like(alpha)
    for start in range(0, len(alpha), _STORES_AT_ONCE):
        part = slice(start, start + _STORES_AT_ONCE)
        lows[part], highs[part] = _intervals(alpha[part], beta[part], (1 - level) / 2)
    return lows, highs


def _weight(hits: Floats, n: Floats) -> float:
    """alpha + beta of the prior: 1/rho − 1, where rho is the correlation of two opinions about one store."""
    total = n.sum()
    pooled = hits.sum() / total
    spread = pooled * (1 - pooled)
    if spread == 0:
        return FALLBACK_WEIGHT
    between = (n * (hits / n - pooled) ** 2).sum()
    by_chance = (1 - n / total).sum()
    rho = (between - spread * by_chance) / (spread * ((n * (1 - n / total)).sum() - by_chance))
    return float(np.clip(1 / rho - 1, LIGHTEST, HEAVIEST)) if rho > 0 else HEAVIEST


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
    step = (end - start) / _GRID
    lows, highs = ((mass < edge).sum(axis=1) for edge in (tail, 1 - tail))
    return start + step * (lows + 0.5), start + step * (highs + 0.5)
