"""When cases come, what they truly are, and how long each takes: drawn once for a seed, the same for every way of working."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from localcare.routing.core.forecast import HOURS_OF_WEEK, USUAL_DAYS, USUAL_HOURS
from localcare.simulation.core.assumptions import SKILL_SHARES, TIERS, Assumptions

HOUR, DAY = 3600.0, 86_400.0

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Demand:
    """Cases in order of arrival (seconds from midnight of a Monday): tier and skill (index) they truly need, seconds of work.

    `luck` are two numbers of 0..1 for each, which decide what triage makes of it.
    """

    times: Floats
    tiers: Whole
    skills: Whole
    work: Floats
    luck: Floats

    def __len__(self) -> int:
        return len(self.times)


def weekly_profile() -> Floats:
    """The share of a week's cases that comes in each of its 168 hours, from Monday's first."""
    profile = np.array([day * hour for day in USUAL_DAYS for hour in USUAL_HOURS])
    return np.asarray(profile / profile.sum(), dtype=np.float64)


def hourly_rates(given: Assumptions) -> Floats:
    """Expected cases in each hour of the month; they add up to all cases, launch included."""
    hours = np.arange(given.days * 24)
    shape = weekly_profile()[hours % HOURS_OF_WEEK]
    since = hours // 24 - given.spike_day
    excess = np.where(since >= 0, (given.spike - 1) * 0.5 ** np.maximum(since, 0), 0.0)
    shape = shape * (1 + excess)
    return np.asarray(shape * given.cases / shape.sum(), dtype=np.float64)


def draw_demand(given: Assumptions, seed: int) -> Demand:
    """A Poisson process whose rate is constant within each hour (so the number of cases is itself by chance)."""
    chance = np.random.default_rng(seed)
    counts = chance.poisson(hourly_rates(given))
    starts = np.repeat(np.arange(len(counts)) * HOUR, counts)
    times = np.sort(starts + chance.random(len(starts)) * HOUR)
    tiers = chance.choice(TIERS, size=len(times), p=given.tier_shares)
    skills = chance.choice(len(SKILL_SHARES), size=len(times), p=[share for _, share in SKILL_SHARES])
    mean = np.array(given.handling_min)[tiers - 1] * 60.0
    return Demand(times, tiers, skills, chance.exponential(mean), chance.random((len(times), 4)))
