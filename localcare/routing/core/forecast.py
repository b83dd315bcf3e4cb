"""How many cases an hour should bring, from the brand's own past by weekday and hour, with the band that chance explains.

A brand that is young leans on the usual shape of a week: each hour of the week counts as if it had been seen `_USUAL_WEEKS`
times with the usual share of what the brand gets in all. With every week of its own that weighs less (the mean of a gamma
prior and Poisson counts: Gelman et al., “Bayesian Data Analysis”, 2.6).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from math import sqrt
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
HOURS_OF_WEEK = 168
LEAST_HOURS = 24
"""Without a day of past there is no forecast."""
_USUAL_WEEKS = 1.0
_WIDE = 1.96  # 95 of 100 hours lie within, as far as the past tells
_MOST_SPREAD = 25.0
USUAL_HOURS = (
    1.3, 0.8, 0.5, 0.4, 0.4, 0.6, 1.3, 2.5, 3.8, 4.9, 5.6, 6.0,
    6.3, 6.2, 6.0, 5.9, 6.0, 6.3, 6.6, 6.8, 6.5, 5.6, 4.1, 2.4,
)  # fmt: skip
USUAL_DAYS = (1.12, 1.05, 1.02, 1.01, 1.03, 0.93, 0.84)
"""How much comes in each hour of a day, and on each day of a week from Monday on, where nothing else is known."""
_USUAL = tuple(day * hour for day, hour in product(USUAL_DAYS, USUAL_HOURS))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a span of time should bring: the mean, and the band in which 95 of 100 lie."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What each hour of the week (Monday's first on the brand's clock is 0) should bring.

    `seen` is how often each was seen, `hours` how many hours of past there are in all, `spread` how much more than by
    chance (1) hours differ from their mean.
    """

    zone: str
    means: tuple[float, ...]
    seen: tuple[int, ...]
    hours: int
    spread: float

    def expect(self, hour: datetime) -> Expected:
        """What the full hour around a moment should bring."""
        slot = _slot(hour, ZoneInfo(self.zone))
        return self._band(self.means[slot], self.seen[slot])

    def expect_between(self, begins: datetime, ends: datetime) -> Expected:
        """What a span should bring: every hour in it by its part."""
        zone = ZoneInfo(self.zone)
        at, mean, seen = begins, 0.0, self.hours
        while at < ends:
            following = min(ends, at.replace(minute=0, second=0, microsecond=0) + HOUR)
            slot = _slot(at, zone)
            mean += self.means[slot] * ((following - at) / HOUR)
            seen, at = min(seen, self.seen[slot]), following
        return self._band(mean, seen)

    @property
    def source(self) -> str:
        """Where it comes from, in words."""
        weeks = self.hours / HOURS_OF_WEEK
        if weeks < 2:
            return f"from {self.hours // 24} days of your own past, spread like a usual week: it gets better with each week"
        return f"from {int(weeks)} weeks of your own past, by weekday and hour"

    def _band(self, mean: float, seen: int) -> Expected:
        # chance in this hour, and chance in the weeks that the mean was taken from
        reach = _WIDE * sqrt(self.spread * mean * (1 + 1 / (seen + _USUAL_WEEKS)))
        return Expected(mean, max(0.0, mean - reach), mean + reach)


def make_forecast(
    counts: Mapping[datetime, int], *, since: datetime, until: datetime, zone: str, without: Collection[datetime] = ()
) -> Forecast | None:
    """A forecast from cases by full hour (UTC; hours that are missing brought none), or None where there is too little past.

    `without` are hours that tell nothing of ordinary ones: a launch must not raise next week's forecast.
    """
    clock, left_out = ZoneInfo(zone), frozenset(without)
    past = [hour for hour in _hours(since, until) if hour not in left_out]
    if len(past) < LEAST_HOURS:
        return None
    totals: defaultdict[int, int] = defaultdict(int)
    seen: defaultdict[int, int] = defaultdict(int)
    for hour in past:
        slot = _slot(hour, clock)
        totals[slot] += counts.get(hour, 0)
        seen[slot] += 1
    level = sum(totals.values()) / sum(_USUAL[slot] * times for slot, times in seen.items())
    means = tuple(
        (totals[slot] + _USUAL_WEEKS * level * _USUAL[slot]) / (seen[slot] + _USUAL_WEEKS)
        for slot in range(HOURS_OF_WEEK)
    )
    spread = _spread([(counts.get(hour, 0), means[_slot(hour, clock)]) for hour in past])
    return Forecast(zone, means, tuple(seen[slot] for slot in range(HOURS_OF_WEEK)), len(past), spread)


def _spread(pairs: Collection[tuple[int, float]]) -> float:
    """Pearson's estimate of how much wider than Poisson counts lie around their means; never narrower."""
    likely = [(count - mean) ** 2 / mean for count, mean in pairs if mean > 0.5]
    return min(_MOST_SPREAD, max(1.0, sum(likely) / len(likely))) if likely else 1.0


def _hours(since: datetime, until: datetime) -> Collection[datetime]:
    first = since.replace(minute=0, second=0, microsecond=0)
    first += HOUR if first < since else timedelta(0)
    return [first + n * HOUR for n in range(max(0, int((until - first) / HOUR)))]


def _slot(moment: datetime, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return local.weekday() * 24 + local.hour
