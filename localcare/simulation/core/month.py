"""A month of each way of working over the same cases, seed by seed, and what changes from one to the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from localcare.simulation.core.arrivals import DAY, Demand, Floats, draw_demand
from localcare.simulation.core.assumptions import Assumptions
from localcare.simulation.core.figures import Figure, in_groups, over_seeds, quantile, share_within
from localcare.simulation.core.ways import TIERED, UNSORTED, WAYS, Way, crew_of, script_of, wage_of
from localcare.simulation.core.world import Crew, Run, World

PAID_H = 8.0
"""Hours of a shift that are paid, breaks and meetings included."""
PUBLISHED_RESPONSE, PUBLISHED_COST = -0.70, -0.35
"""AT&T's social care before and after triage and tiers: response time, cost per case."""
VARIED_SEEDS = 3
Advance = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of working gave. Times are minutes from arrival to the answer; what is unanswered counts as far as it got.

    `within` is the share that the answering hand took up within the promised wait. `work_cost` counts hours worked on cases and
    mentions, `paid_cost` every paid hour; both per case that came. `groups` are shares by response time (figures.BUCKETS_MIN),
    `by_day` the mean response of each day's cases.
    """

    slug: str
    name: str
    story: str
    mean: Figure
    median: Figure
    p95: Figure
    within: Figure
    unanswered: Figure
    occupancy: Figure
    work_cost: Figure
    paid_cost: Figure
    groups: tuple[float, ...]
    by_day: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One way of working against another, over the same cases: -0.7 is a response that takes 70 % less."""

    assumed: str
    mean: Figure
    median: Figure
    work_cost: Figure


@dataclass(frozen=True, slots=True)
class Month:
    """The whole answer, with what it was asked: everything needed to draw it and to run it again."""

    given: Assumptions
    seed: int
    seeds: int
    outcomes: tuple[Outcome, ...]
    change: Change
    variations: tuple[Change, ...]
    arrivals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """One run in figures."""

    mean: float
    median: float
    p95: float
    within: float
    unanswered: float
    occupancy: float
    work_cost: float
    paid_cost: float
    groups: tuple[float, ...]
    by_day: tuple[float, ...]


VARIATIONS: tuple[tuple[str, Callable[[Assumptions], Assumptions]], ...] = (
    ("Reading half as long", lambda given: replace(given, reading_s=given.reading_s / 2)),
    ("Reading twice as long", lambda given: replace(given, reading_s=given.reading_s * 2)),
    ("Triage right for half", lambda given: replace(given, skill_right=0.5)),
    ("No launch", lambda given: replace(given, spike=1.0)),
    ("A tenth more people", lambda given: replace(given, agents=round(given.agents * 1.1))),
    ("A tenth fewer people", lambda given: replace(given, agents=round(given.agents * 0.9))),
)
"""What the comparison with the published result hangs on most."""


def runs_of(seeds: int, *, vary: bool) -> int:
    """How many months are played, for a bar of progress."""
    return seeds * len(WAYS) + (2 * len(VARIATIONS) * min(seeds, VARIED_SEEDS) if vary else 0)


def simulate_month(given: Assumptions, *, seed: int, seeds: int, vary: bool, advance: Advance) -> Month:
    """Every way of working over the same `seeds` months; with `vary` the main comparison again under other assumptions."""
    demands = [draw_demand(given, seed + n) for n in range(seeds)]
    told = {way: _tell_all(way, given, demands, advance) for way in WAYS}
    few = demands[:VARIED_SEEDS]
    variations = [_vary(label, other(given), seed, len(few), advance) for label, other in VARIATIONS] if vary else []
    return Month(
        given=given,
        seed=seed,
        seeds=seeds,
        outcomes=tuple(_outcome(way, runs) for way, runs in told.items()),
        change=_change("As assumed", told[UNSORTED], told[TIERED]),
        variations=tuple(variations),
        arrivals=tuple(
            int(count) for count in np.bincount((demands[0].times // DAY).astype(int), minlength=given.days)
        ),
    )


def _vary(label: str, given: Assumptions, seed: int, seeds: int, advance: Advance) -> Change:
    demands = [draw_demand(given, seed + n) for n in range(seeds)]
    return _change(label, _tell_all(UNSORTED, given, demands, advance), _tell_all(TIERED, given, demands, advance))


def _tell_all(way: Way, given: Assumptions, demands: Sequence[Demand], advance: Advance) -> list[_Told]:
    crew = crew_of(way, given)
    told = []
    for demand in demands:
        run = World(script_of(way, given, demand), crew, given.days * DAY).run()
        told.append(_tell(way, given, crew, run))
        advance()
    return told


def _tell(way: Way, given: Assumptions, crew: Crew, run: Run) -> _Told:
    end = given.days * DAY
    minutes = (np.nan_to_num(run.answered, nan=end) - run.times) / 60
    wages = np.array([wage_of(way, agent, given) for agent in crew.agents])
    cases = max(1, len(run.times))
    return _Told(
        mean=float(minutes.mean()) if len(minutes) else 0.0,
        median=quantile(minutes, 0.5),
        p95=quantile(minutes, 0.95),
        within=share_within(run.begun - run.times, given.promise_min * 60),
        unanswered=float(np.isnan(run.answered).mean()) if len(minutes) else 0.0,
        occupancy=float(run.busy.sum() / max(1.0, run.present.sum())),
        work_cost=float((run.busy * wages).sum() / 3600 / cases),
        paid_cost=float((run.present * wages).sum() / 3600 / cases * PAID_H / given.presence_h),
        groups=in_groups(minutes * 60),
        by_day=_by_day(run.times, minutes, given.days),
    )


def _by_day(times: Floats, minutes: Floats, days: int) -> tuple[float, ...]:
    day = (times // DAY).astype(int)
    total, count = np.bincount(day, weights=minutes, minlength=days), np.bincount(day, minlength=days)
    return tuple(float(mean) for mean in total / np.maximum(count, 1))


def _outcome(way: Way, runs: Sequence[_Told]) -> Outcome:
    return Outcome(
        slug=way.slug,
        name=way.name,
        story=way.story,
        mean=over_seeds([run.mean for run in runs]),
        median=over_seeds([run.median for run in runs]),
        p95=over_seeds([run.p95 for run in runs]),
        within=over_seeds([run.within for run in runs]),
        unanswered=over_seeds([run.unanswered for run in runs]),
        occupancy=over_seeds([run.occupancy for run in runs]),
        work_cost=over_seeds([run.work_cost for run in runs]),
        paid_cost=over_seeds([run.paid_cost for run in runs]),
        groups=tuple(np.mean([run.groups for run in runs], axis=0).tolist()),
        by_day=tuple(np.mean([run.by_day for run in runs], axis=0).tolist()),
    )


def _change(assumed: str, before: Sequence[_Told], after: Sequence[_Told]) -> Change:
    """Paired by seed: both ways had the same month."""
    pairs = list(zip(before, after, strict=True))
    return Change(
        assumed,
        mean=over_seeds([new.mean / old.mean - 1 for old, new in pairs]),
        median=over_seeds([new.median / old.median - 1 for old, new in pairs]),
        work_cost=over_seeds([new.work_cost / old.work_cost - 1 for old, new in pairs]),
    )
