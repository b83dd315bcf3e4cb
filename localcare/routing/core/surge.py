"""Whether more comes in than was forecast: it switches the overflow rules on, and off again without flapping."""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil, floor, sqrt

_UNLIKELY = 4.0
"""How far beyond chance, in standard deviations of a Poisson count's root: of pure chance once in years, not once a day."""
STORE_SAFE = frozenset(
    {"price-promotion", "product-stock", "hours-location", "question", "order-pickup", "upgrade-device"}
)
"""What a store can answer as well as the national team when that is swamped."""


@dataclass(frozen=True, slots=True)
class SurgePlan:
    """What a brand does when too much comes in.

    It begins by rule when `above` times the forecast came for `minutes`, and `least` cases at least: a few customers at once
    are no launch. It ends when for `calm_minutes` no more than half-way back came. While it lasts, agents help `tiers_up`
    tiers below their own at once, cases of the topics `to_stores` go to their store where it is known, the centre's
    promises are `longer` times as long, and triage judges with the `fast` profile.
    """

    by_rule: bool = True
    above: float = 2.0
    minutes: int = 15
    least: int = 20
    calm_minutes: int = 30
    tiers_up: int = 1
    to_stores: frozenset[str] = STORE_SAFE
    longer: float = 2.0
    fast: bool = True


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came in a window of time and what should have."""

    came: int
    expected: float


def is_surge(arrived: int, expected: float, *, was_surge: bool, factor: float = 1.5) -> bool:
    """Whether a window's arrivals are a surge against the forecast.

    It begins when `factor` times the forecast came and chance does not explain it; it ends only when the count is back
    half-way, so that one quiet window in the middle of a launch switches nothing off.
    """
    above = factor - 1
    if was_surge:
        return arrived > expected * (1 + above / 2)
    return arrived >= expected * factor and arrived > _most_by_chance(expected)


def begins_at(expected: float, plan: SurgePlan) -> int:
    """How many cases the plan's window must bring to be a surge."""
    return max(plan.least, ceil(expected * plan.above), floor(_most_by_chance(expected)) + 1)


def should_begin(parts: Collection[Arrivals], plan: SurgePlan) -> bool:
    """Whether the window, cut into equal parts from old to new, is a surge and each of its parts still was above.

    A burst of a minute that is over does not begin one.
    """
    came, expected = sum(part.came for part in parts), sum(part.expected for part in parts)
    lasts = all(is_surge(part.came, part.expected, was_surge=True, factor=plan.above) for part in parts)
    return lasts and came >= plan.least and is_surge(came, expected, was_surge=False, factor=plan.above)


def should_end(calm: Arrivals, plan: SurgePlan) -> bool:
    """Whether the longer window of `calm_minutes` is back half-way, and not by a quiet moment's chance.

    Where next to nothing is forecast (a small brand, a night), nothing at all is calm enough.
    """
    half_way = calm.expected * (1 + (plan.above - 1) / 2)
    return calm.came <= max(0.0, half_way - sqrt(half_way))


def _most_by_chance(expected: float) -> float:
    # the root of a Poisson count lies around that of its mean with a deviation of a half, whatever the mean: small means
    # have longer tails than the mean's own root tells (Anscombe 1948)
    return (sqrt(expected) + _UNLIKELY / 2) ** 2
