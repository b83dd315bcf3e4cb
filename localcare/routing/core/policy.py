"""Which queue, and why: the first rule of a policy whose conditions all hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Protocol

from localcare.cases.core import ALWAYS, ClockPlan, Hours, Placement
from localcare.routing.core.giving import Giving

STORE, WHICH_STORE, CRISIS, CENTRE = "store", "which-store", "crisis", "centre"
_KNOWN_STORE = frozenset({"exact", "likely"})


class StoreFacts(Protocol):
    """What routing needs to know of a store; `successor_number` is the store that took over a closed one."""

    @property
    def number(self) -> str: ...
    @property
    def timezone(self) -> str: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def successor_number(self) -> str | None: ...


class CaseFacts(Protocol):
    """What rules ask of a case."""

    @property
    def resolution_status(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def tier(self) -> int: ...
    @property
    def matter(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def risks(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class When:
    """Conditions of a rule; an empty one always holds, all given ones must."""

    risks: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()
    urgencies: frozenset[str] = frozenset()
    store_known: bool | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a policy: when it holds, the case goes `to` a store, the crisis queue, or the centre's `skill`."""

    name: str
    when: When
    to: str
    skill: str
    because: str


@dataclass(frozen=True, slots=True)
class Promise:
    """How fast a kind of queue answers, in minutes."""

    acknowledge: int
    first_reply: int
    next_reply: int
    resolve: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rules, the promises per kind of queue (store, which-store, crisis, tier1 …), and when stores answer.

    `tiers` are the skills each tier has (a tier that is not named has all), `escalation` where a tier's late cases go,
    `giving` how the desk hands its cases out.
    """

    rules: tuple[Rule, ...]
    promises: Mapping[str, Promise]
    store_opens: time
    store_closes: time
    skills: frozenset[str]
    tiers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    escalation: Mapping[str, str] = field(default_factory=dict)
    giving: Giving = field(default_factory=Giving)


def place(summary: CaseFacts, store: StoreFacts | None, policy: Policy) -> Placement:
    """The queue of a case with the reason in words and the clocks that start. The last rule of a policy catches all."""
    rule = next(rule for rule in policy.rules if _holds(rule.when, summary, store))
    return _placement(rule, summary, store, policy)


def queue_for(to: str, *, tier: int, skill: str, store: StoreFacts | None) -> str:
    """A queue's slug."""
    if to == STORE and store is not None:
        return f"store:{store.successor_number or store.number}"
    return f"tier{tier}:{skill}" if to == CENTRE else to


def placement_in(queue: str, reason: str, store: StoreFacts | None, policy: Policy) -> Placement:
    """A placement by hand: the queue somebody chose, with that queue's promises."""
    kind = queue.partition(":")[0]
    hours = ALWAYS
    if kind == STORE and store is not None:
        hours = Hours(zone=store.timezone, opens=policy.store_opens, closes=policy.store_closes)
    return Placement(queue=queue, reason=reason, clocks=_clocks(policy.promises[kind], hours))


def _placement(rule: Rule, summary: CaseFacts, store: StoreFacts | None, policy: Policy) -> Placement:
    queue = queue_for(rule.to, tier=summary.tier, skill=rule.skill, store=store)
    return placement_in(queue, rule.because, store, policy)


def _holds(when: When, summary: CaseFacts, store: StoreFacts | None) -> bool:
    is_known = summary.resolution_status in _KNOWN_STORE and _can_answer(store)
    return (
        (not when.risks or not when.risks.isdisjoint(summary.risks))
        and (not when.topics or summary.topic in when.topics)
        and (not when.matters or summary.matter in when.matters)
        and (not when.urgencies or summary.urgency in when.urgencies)
        and (when.store_known is None or when.store_known == is_known)
    )


def _can_answer(store: StoreFacts | None) -> bool:
    return store is not None and (store.is_open or store.successor_number is not None)


def _clocks(promise: Promise, hours: Hours) -> tuple[ClockPlan, ...]:
    return tuple(
        ClockPlan(kind=kind, minutes=getattr(promise, kind), hours=hours)
        for kind in ("acknowledge", "first_reply", "next_reply", "resolve")
    )


def find_faults(rules: Sequence[Rule]) -> list[str]:
    """What is wrong with the order of rules: one that can never be reached, or no rule that catches the rest."""
    faults = []
    for position, rule in enumerate(rules):
        if rule.when == When() and position < len(rules) - 1:
            faults.append(f"Rule “{rule.name}” catches everything, so what comes after it is never reached.")
    if not rules or rules[-1].when != When():
        faults.append("The last rule must have no conditions, so that every case goes somewhere.")
    return faults
