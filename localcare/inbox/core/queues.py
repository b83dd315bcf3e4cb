"""Queues as people know them: whose they are, what they are called, where a case can go from each."""

from collections.abc import Collection
from dataclasses import dataclass

from localcare.routing.core import CRISIS, WHICH_STORE, Policy

TIERS = (1, 2, 3)
TOP_TIER = 3
GENERAL = "general"
SKILL_NAMES = {
    "billing": "Billing",
    "network": "Network",
    "account": "Account",
    "technical": "Technical",
    "orders": "Orders",
    GENERAL: "General",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A place a case can be sent to: a queue with the tier it answers at."""

    queue: str
    tier: int


def store_queue(number: str) -> str:
    """The queue of a store."""
    return f"store:{number}"


def central_queue(tier: int, skill: str) -> str:
    """The queue of a tier and skill."""
    return f"tier{tier}:{skill}"


def queue_name(queue: str) -> str:
    """A queue's slug in words: `tier2:billing` is “Billing, tier 2”."""
    kind, _, rest = queue.partition(":")
    if kind == "store":
        return f"Store {rest}"
    if kind.startswith("tier"):
        return f"{skill_name(rest)}, tier {kind.removeprefix('tier')}"
    return {WHICH_STORE: "Which store?", CRISIS: "Crisis"}.get(queue, queue)


def skill_name(skill: str) -> str:
    """A skill's slug in words."""
    return SKILL_NAMES.get(skill, skill.replace("-", " ").capitalize())


def agent_queues(tiers: Collection[int], skills: Collection[str]) -> tuple[str, ...]:
    """The queues an agent takes cases from: own tiers and skills, `which-store`, and for the top tier the crisis queue."""
    own = [central_queue(tier, skill) for tier in sorted(tiers or {1}) for skill in sorted(skills or {GENERAL})]
    first = [CRISIS] if TOP_TIER in tiers or "crisis" in skills else []
    return (*first, *own, WHICH_STORE)


def national_queues(skills: Collection[str]) -> tuple[str, ...]:
    """Every queue of the national team."""
    return (CRISIS, WHICH_STORE, *(central_queue(tier, skill) for tier in TIERS for skill in sorted(skills)))


def served_queues(policy: Policy) -> tuple[str, ...]:
    """The queues of the national team that the policy has somebody for: where a case can be sent by hand."""
    offered = ((tier, skill) for tier in TIERS for skill in sorted(policy.skills))
    return (CRISIS, WHICH_STORE, *(central_queue(tier, skill) for tier, skill in offered if policy.serves(tier, skill)))


def skill_of(queue: str) -> str:
    """The skill a queue asks for; general for those that ask for none."""
    kind, _, skill = queue.partition(":")
    return skill if kind.startswith("tier") and skill else GENERAL


def higher_targets(queue: str) -> tuple[Target, ...]:
    """Where a case in this queue can be escalated to: the tiers above it, then the crisis team."""
    kind = queue.partition(":")[0]
    if kind == CRISIS:
        return ()
    tier = int(kind.removeprefix("tier")) if kind.startswith("tier") else 1
    above = tuple(Target(central_queue(higher, skill_of(queue)), higher) for higher in TIERS if higher > tier)
    return (*above, Target(CRISIS, TOP_TIER))
