"""Who may take a case, and from when on: what a case needs, what an agent offers, and how waiting widens the circle.

Everything follows from one question, `opening_step`: which step of the rules lets this agent take that need. A step holds
from so many seconds of waiting on and every later one lets in more people, so nobody who may take a case loses it by waiting.
Moments are seconds on whatever clock the caller reads (a timestamp, or a simulation's time).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import Self

from localcare.people.core.duty import Skill

__all__ = [
    "ALWAYS_READ",
    "HEAD_STARTS",
    "Agent",
    "Knowing",
    "Need",
    "Rules",
    "Seconds",
    "Skill",
    "Step",
    "find_skill",
    "find_unserved",
    "need_of_queue",
    "opening_step",
]

Seconds = float
ALWAYS_READ = "en"
_MINUTE, _HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Need:
    """What a case asks of whoever takes it. Cases with equal needs wait in one lane, the oldest first.

    `weight` is how much of an agent's capacity it takes while it is in hand.
    """

    tier: int
    skill: str
    language: str = ALWAYS_READ
    urgency: str = "normal"
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Agent:
    """What somebody of the national team offers. Who is not `is_pushed` gets cases only by asking for the next one."""

    id: int
    tiers: frozenset[int]
    skills: tuple[Skill, ...]
    languages: frozenset[str] = frozenset({ALWAYS_READ})
    capacity: int = 1
    is_pushed: bool = True


class Knowing(IntEnum):
    """How well an agent must know the skill; a later one lets in everybody whom an earlier one does."""

    PRIMARY = 0
    KNOWN = 1
    ANY = 2


@dataclass(frozen=True, slots=True)
class Step:
    """Who may take a case that waits for at least `after` seconds: how they know its skill, how many tiers above it they are.

    `proficiency` is the least one asked for, where the skill is asked for at all.
    """

    after: Seconds
    knowing: Knowing = Knowing.KNOWN
    tiers_up: int = 0
    proficiency: int = 1

    def widens(self, earlier: Self) -> bool:
        """Whether everybody whom the earlier step lets in is let in by this one, and it comes later."""
        return (
            self.after > earlier.after
            and self.knowing >= earlier.knowing
            and self.tiers_up >= earlier.tiers_up
            and self.proficiency <= earlier.proficiency
        )


HEAD_STARTS: Mapping[str, Seconds] = {"critical": 8 * _HOUR, "high": _HOUR, "normal": 10 * _MINUTE, "low": 0.0}


@dataclass(frozen=True, slots=True)
class Rules:
    """How cases are given out. ValueError unless each step widens the one before.

    `head_starts` are seconds by which an urgent case counts as older than it is (due-date order: Jackson, “Some problems in
    queueing with dynamic priorities”, 1960). All age alike, so no newcomer overtakes a case that waits for longer than the
    largest difference of two: nobody starves. `hold_after`: from that wait on, a case that does not fit beside what an
    agent has in hand is waited for, and lighter, younger ones no longer slip in before it. `overflow` is how many tiers up
    help at once in a surge.
    """

    steps: tuple[Step, ...] = (Step(0.0),)
    head_starts: Mapping[str, Seconds] = field(default_factory=lambda: HEAD_STARTS)
    hold_after: Seconds = 15 * _MINUTE
    overflow: int = 1

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("Without a step nobody may take anything.")
        if not all(later.widens(earlier) for earlier, later in pairwise(self.steps)):
            raise ValueError("Each step must come later than the one before it and let in everybody it lets in.")

    def in_surge(self) -> Self:
        """The same rules while too much comes in: higher tiers help at once, as far as `overflow` says."""
        wide = (replace(step, tiers_up=max(step.tiers_up, self.overflow)) for step in self.steps)
        return replace(self, steps=tuple(wide))

    def head_start(self, urgency: str) -> Seconds:
        """By how much a case of this urgency counts as older than it is."""
        return self.head_starts.get(urgency, 0.0)


def opening_step(agent: Agent, need: Need, rules: Rules) -> Step | None:
    """The first step that lets this agent take the need; None when no waiting ever does.

    Language is never given up: who cannot read a customer cannot answer. Weight over the whole capacity never fits.
    """
    if need.language not in agent.languages or need.weight > agent.capacity:
        return None
    return next((step for step in rules.steps if _lets_in(step, agent, need)), None)


def find_skill(agent: Agent, name: str) -> Skill | None:
    """What the agent knows of a skill; the better one if it is named twice."""
    known = [skill for skill in agent.skills if skill.name == name]
    return min(known, key=lambda skill: (not skill.is_primary, -skill.proficiency), default=None)


def find_unserved(needs: Iterable[Need], agents: Iterable[Agent], rules: Rules) -> tuple[Need, ...]:
    """The needs that none of these agents may ever take: queues that nobody serves."""
    team = tuple(agents)
    return tuple(need for need in needs if all(opening_step(agent, need, rules) is None for agent in team))


@lru_cache(maxsize=4_096)
def need_of_queue(
    queue: str, *, language: str = ALWAYS_READ, urgency: str = "normal", weight: int = 1, top_tier: int = 3
) -> Need:
    """What a case in a central queue needs. `crisis` asks the top tier for that skill; `which-store` the first tier."""
    kind, _, skill = queue.partition(":")
    if kind.startswith("tier") and skill:
        return Need(int(kind.removeprefix("tier")), skill, language, urgency, weight)
    return Need(top_tier if kind == "crisis" else 1, kind, language, urgency, weight)


def _lets_in(step: Step, agent: Agent, need: Need) -> bool:
    if not any(0 <= tier - need.tier <= step.tiers_up for tier in agent.tiers):
        return False
    if step.knowing is Knowing.ANY:
        return True
    skill = find_skill(agent, need.skill)
    if skill is None or skill.proficiency < step.proficiency:
        return False
    return skill.is_primary or step.knowing is Knowing.KNOWN
