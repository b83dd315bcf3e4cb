"""When customers write: by the hour of the day where they live, and more from day to day as Pages were connected. Pure."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

HOUR_WEIGHTS = (1, 1, 1, 1, 1, 2, 3, 5, 7, 9, 10, 11, 12, 11, 10, 10, 11, 12, 12, 11, 9, 7, 4, 2)
"""How much is written in each local hour of the day."""

_PEAK = max(HOUR_WEIGHTS)
_RAMP_DAYS = 3.0
_TRIES = 200


def draw_moment(rng: random.Random, *, start: datetime, end: datetime, timezone: str) -> datetime:
    """A moment from `start` to before `end`: rather a late day than an early one, at an hour when people there are awake."""
    days = max(1, -(-(end - start) // timedelta(days=1)))
    ages = list(accumulate(1.0 / (1.0 + age / _RAMP_DAYS) for age in range(days)))
    for _ in range(_TRIES):
        age = rng.choices(range(days), cum_weights=ages)[0]
        moment = end - timedelta(days=age + rng.random())
        if moment >= start and rng.random() * _PEAK < HOUR_WEIGHTS[moment.astimezone(ZoneInfo(timezone)).hour]:
            return moment
    return end - (end - start) * rng.random()


def liveliness(now: datetime, timezone: str = "America/Chicago") -> float:
    """How lively the hour is, above 0 to 1, seen from the middle of the country."""
    return HOUR_WEIGHTS[now.astimezone(ZoneInfo(timezone)).hour] / _PEAK
