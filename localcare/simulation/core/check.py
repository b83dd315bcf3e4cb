"""The check: six queues, 29 people, and how many customers are answered within five minutes in each order of work.

Everything in it has a known answer: strict queues are six M/M/n queues (Erlang C), pooled ones are one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from localcare.routing.core import erlang
from localcare.routing.core.needs import Agent, Need, Rules, Skill
from localcare.simulation.core.arrivals import DAY
from localcare.simulation.core.assumptions import SKILL_SHARES, SKILLS
from localcare.simulation.core.figures import Figure, over_seeds, share_within
from localcare.simulation.core.teams import chain, square_root_staffing
from localcare.simulation.core.world import Crew, Script, World

AGENTS, PER_MINUTE, HANDLING_MIN, WITHIN_MIN = 29, 5.1, 5.0, 5.0
DAYS, SEEDS = 30, 20
BAR = 0.94
STRICT_KNOWN = (0.55, 0.58)
DISCIPLINES = ("strict queues", "two skills each", "pooled")

_SHARES = tuple(share for _, share in SKILL_SHARES)
_NEEDS = tuple(Need(1, name) for name in SKILLS)


@dataclass(frozen=True, slots=True)
class Checked:
    """One discipline of the check: the share answered in time over seeds, and the formula's answer where there is one."""

    name: str
    within: Figure
    seeds: tuple[float, ...]
    formula: float | None


def staffing() -> list[int]:
    """People of each queue's own trade, by square-root staffing."""
    return square_root_staffing([PER_MINUTE * HANDLING_MIN * share for share in _SHARES], AGENTS)


def team_of(discipline: str) -> tuple[Agent, ...]:
    """The 29: with their own skill only, with the next queue's as their second, or with all."""
    groups = [group for group, people in enumerate(staffing()) for _ in range(people)]
    seconds = dict(chain(len(SKILLS)))
    known: Callable[[int], tuple[int, ...]] = {
        "strict queues": lambda group: (group,),
        "two skills each": lambda group: (group, seconds[group]),
        "pooled": lambda group: (group, *(other for other in range(len(SKILLS)) if other != group)),
    }[discipline]
    return tuple(
        Agent(n, frozenset({1}), tuple(Skill(SKILLS[skill], is_primary=skill == group) for skill in known(group)))
        for n, group in enumerate(groups)
    )


def draw_script(seed: int, days: int) -> Script:
    """Poisson arrivals at an even rate for so many days; exponential handling."""
    chance = np.random.default_rng(seed)
    times = np.sort(chance.random(chance.poisson(PER_MINUTE * 60 * 24 * days)) * DAY * days)
    skills = chance.choice(len(SKILLS), size=len(times), p=_SHARES).tolist()
    work = chance.exponential(HANDLING_MIN * 60, len(times)).tolist()
    return Script(times.tolist(), [((_NEEDS[skill], seconds),) for skill, seconds in zip(skills, work, strict=True)])


def run_check(
    *, seeds: int = SEEDS, days: int = DAYS, disciplines: Sequence[str] = DISCIPLINES, advance: Callable[[], None]
) -> list[Checked]:
    """Each discipline over the same seeds. `advance` is called after each run."""
    shares: dict[str, list[float]] = {name: [] for name in disciplines}
    for seed in range(1, seeds + 1):
        script = draw_script(seed, days)
        for name in disciplines:
            run = World(script, Crew(team_of(name), Rules()), days * DAY).run()
            # a customer who comes in the last minutes has not had their five minutes yet
            had_time = run.times <= days * DAY - WITHIN_MIN * 60
            shares[name].append(share_within((run.begun - run.times)[had_time], WITHIN_MIN * 60))
            advance()
    return [Checked(name, over_seeds(shares[name]), tuple(shares[name]), formula_of(name)) for name in disciplines]


def formula_of(discipline: str) -> float | None:
    """Erlang C's answer: each queue by itself, weighed by what comes to it; one queue for all; none for chained skills."""
    if discipline == "pooled":
        return erlang.answered_within(erlang.Demand(PER_MINUTE, HANDLING_MIN), AGENTS, WITHIN_MIN)
    if discipline != "strict queues":
        return None
    return sum(
        share * erlang.answered_within(erlang.Demand(PER_MINUTE * share, HANDLING_MIN), people, WITHIN_MIN)
        for share, people in zip(_SHARES, staffing(), strict=True)
    )
