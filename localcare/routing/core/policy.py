"""Which queue, and why: the first rule of a policy whose conditions all hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Self

from localcare.cases.core import ALWAYS, ClockPlan, Hours, Placement, every_day
from localcare.routing.core.conditions import (
    CENTRE_ZONE,
    NOTHING_BESIDE,
    Beside,
    CaseFacts,
    StoreFacts,
    When,
    holds,
    knows_store,
)
from localcare.routing.core.giving import Giving
from localcare.routing.core.surge import SurgePlan
from localcare.stores.core.open_days import DayOfYear, read_open_days

STORE, WHICH_STORE, CRISIS, CENTRE = "store", "which-store", "crisis", "centre"
CLOCKS = ("acknowledge", "first_reply", "next_reply", "resolve")
LENGTHENED = frozenset({"tier1", "tier2", "tier3", WHICH_STORE})
"""Whose promises a surge makes longer: never a crisis's, and a store's own stay as they are."""
NEVER_DIVERTED = frozenset({"network", "billing", "account"})
"""Matters that no store can settle, whatever the topic."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a policy: when it holds, the case goes `to` a store, the crisis queue, or the centre's `skill`.

    `tier` is the centre's, triage's own where None; `priority` an urgency to be listed as; `minutes` promises of its own by
    clock; `notify` who gets a mail: roles, or e-mail addresses.
    """

    name: str
    when: When
    to: str
    skill: str
    because: str
    tier: int | None = None
    priority: str | None = None
    minutes: Mapping[str, int] = field(default_factory=dict)
    needs_approval: bool = False
    notify: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """How fast a kind of queue answers, in minutes."""

    acknowledge: int
    first_reply: int
    next_reply: int
    resolve: int

    def lengthened(self, times: float) -> Self:
        """The same, so many times as long."""
        return replace(self, **{clock: round(getattr(self, clock) * times) for clock in CLOCKS})


@dataclass(frozen=True, slots=True)
class Paging:
    """How a crisis is told: who is paged one after the other when nobody says “I have it” within so many minutes.

    `contacts` are e-mail addresses; when the last of them was paged in vain, everybody is, `rounds` times in all.
    """

    answer_within: int = 10
    contacts: tuple[str, ...] = ()
    rounds: int = 12


@dataclass(frozen=True, slots=True)
class LateInStores:
    """What becomes of a store's late reply: `warn` minutes before, its people are reminded (0: not); then `tell` is told.

    `tell` are roles or addresses; “lead” is the nearest one above who is there. After `centre_after` more minutes of opening
    time in nobody's hand (None: never) it goes to the centre's `skill`.
    """

    warn: int = 0
    tell: tuple[str, ...] = ("lead",)
    centre_after: int | None = None
    skill: str = "general"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local time in which nobody is written to about anything that is no crisis."""

    begins: time = time(21)
    ends: time = time(7)


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rules, the promises per kind of queue (store, which-store, crisis, tier1 …), and when stores answer.

    `store_opens` to `store_closes` is for stores whose own hours are not known; on `holidays`, by name, stores are closed.
    `centre_hours` is an opening_hours line in `centre_zone`, empty day and night; a crisis is always counted so.
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
    paging: Paging = field(default_factory=Paging)
    quiet_hours: QuietHours = field(default_factory=QuietHours)
    holidays: Mapping[str, DayOfYear] = field(default_factory=dict)
    centre_hours: str = ""
    centre_zone: str = CENTRE_ZONE
    late_in_stores: LateInStores = field(default_factory=LateInStores)
    surge: SurgePlan = field(default_factory=SurgePlan)
    is_surging: bool = False

    def in_surge(self) -> Self:
        """The same policy while too much comes in, as its plan says. Rules' own promises stand."""
        plan = self.surge
        helping = replace(self.giving.rules, overflow=plan.tiers_up).in_surge()
        promises = {
            queue: promise.lengthened(plan.longer) if queue in LENGTHENED else promise
            for queue, promise in self.promises.items()
        }
        return replace(self, giving=replace(self.giving, rules=helping), promises=promises, is_surging=True)

    def serves(self, tier: int, skill: str) -> bool:
        """Whether the national team has this skill on this tier."""
        return skill in self.tiers.get(f"tier{tier}", self.skills) & self.skills

    @property
    def wants_fast(self) -> bool:
        """Whether triage is to judge with the fast profile only."""
        return self.is_surging and self.surge.fast

    @property
    def asks_beside(self) -> bool:
        """Whether a rule asks for what a case does not say of itself."""
        return any(rule.when.asks_beside for rule in self.rules)

    @property
    def asks_hours(self) -> bool:
        """Whether a rule asks for the hour."""
        return any(rule.when.hours for rule in self.rules)


def find_rule(case: CaseFacts, store: StoreFacts | None, policy: Policy, beside: Beside = NOTHING_BESIDE) -> Rule:
    """The rule that decides about a case, to the store instead of the centre where a surge says so. The last catches all."""
    rule = next(rule for rule in policy.rules if holds(rule.when, case, store, beside))
    return _to_store(rule) if policy.is_surging and _is_store_safe(rule, case, store, policy) else rule


def place(case: CaseFacts, store: StoreFacts | None, policy: Policy, beside: Beside = NOTHING_BESIDE) -> Placement:
    """The queue of a case with the reason in words and the clocks that start. The last rule of a policy catches all."""
    rule = find_rule(case, store, policy, beside)
    queue = queue_for(rule.to, tier=rule.tier or case.tier, skill=rule.skill, store=store)
    return Placement(
        queue=queue,
        reason=rule.because,
        clocks=_clocks(queue, store, policy, rule.minutes),
        priority=rule.priority,
        needs_approval=rule.needs_approval,
        approvers=rule.approvers,
        notify=rule.notify,
    )


def queue_for(to: str, *, tier: int, skill: str, store: StoreFacts | None) -> str:
    """A queue's slug."""
    if to == STORE and store is not None:
        return f"store:{store.successor_number or store.number}"
    return f"tier{tier}:{skill}" if to == CENTRE else to


def placement_in(queue: str, reason: str, store: StoreFacts | None, policy: Policy) -> Placement:
    """A placement by hand: the queue somebody chose, with that queue's promises."""
    return Placement(queue=queue, reason=reason, clocks=_clocks(queue, store, policy, {}))


def _is_store_safe(rule: Rule, case: CaseFacts, store: StoreFacts | None, policy: Policy) -> bool:
    is_safe = case.topic in policy.surge.to_stores and case.matter not in NEVER_DIVERTED and not case.risks
    return is_safe and rule.to == CENTRE and knows_store(case, store)


def _to_store(rule: Rule) -> Rule:
    because = f"in a surge its store answers what the centre otherwise does (rule “{rule.name}”)"
    return replace(rule, to=STORE, tier=None, minutes={}, because=because)


def hours_of(store: StoreFacts, policy: Policy) -> Hours:
    """When a store's clocks count: in its own hours, or in the brand's where it has none that can be read."""
    own = read_open_days(store.hours)
    days = own or every_day(policy.store_opens, policy.store_closes)
    return Hours(store.timezone, days, tuple(policy.holidays.values()), are_own=own is not None)


def hours_in(queue: str, store: StoreFacts | None, policy: Policy) -> Hours:
    """When clocks count in a queue: the store's, the centre's, or day and night."""
    kind = queue.partition(":")[0]
    if kind == STORE and store is not None:
        return hours_of(store, policy)
    if kind in (STORE, CRISIS) or not policy.centre_hours:
        return ALWAYS
    return Hours(policy.centre_zone, read_open_days(policy.centre_hours), are_own=True)


def _clocks(queue: str, store: StoreFacts | None, policy: Policy, own: Mapping[str, int]) -> tuple[ClockPlan, ...]:
    hours = hours_in(queue, store, policy)
    promise = policy.promises[queue.partition(":")[0]]
    return tuple(
        ClockPlan(kind=clock, minutes=own.get(clock) or getattr(promise, clock), hours=hours) for clock in CLOCKS
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
