"""What becomes of a case whose promise was broken: when it goes where, and when it is looked at again.

A store's goes to the centre when nobody there has it in hand for a while longer. The centre's goes up a tier when somebody
there has room for it, so that a rush does not push everything up to a few. What somebody has in hand stays theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from localcare.cases.core import ALWAYS, Hours, due_at
from localcare.routing.core.policy import CENTRE, CRISIS, STORE, LateInStores, Promise

LOOK_AGAIN = timedelta(minutes=5)
"""After so long a late case that could not go up, or is in somebody's hand, is looked at again."""
_REPLIES = frozenset({"first_reply", "next_reply"})
_TOP_TIER = 3


@dataclass(frozen=True, slots=True)
class LateCase:
    """A broken promise: of which kind, where its case lies, and whether it was told of before."""

    kind: str
    queue: str
    tier: int
    is_in_hand: bool
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class LatePlan:
    """What a policy says of late cases; `centre` are the hours in which the centre's clocks count."""

    escalation: Mapping[str, str]
    in_stores: LateInStores
    promises: Mapping[str, Promise]
    centre: Hours = ALWAYS


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where a late case goes (None: it stays), why, what is added to its history, and when it is looked at again."""

    queue: str | None = None
    tier: int = 0
    reason: str = ""
    note: str = ""
    again_at: datetime | None = None


STAYS = NextStep()
HasRoom = Callable[[str], bool]
"""Whether somebody who is there has room for a case of this queue; asked once per case that would go there."""


def next_step(late: LateCase, plan: LatePlan, hours: Hours, has_room: HasRoom, *, now: datetime) -> NextStep:
    """What becomes of a late case. A promise to take it, or to end it, is told of and moves nothing.

    `hours` are those of the store it lies at.
    """
    kind, _, skill = late.queue.partition(":")
    if late.kind not in _REPLIES:
        return STAYS
    if kind == STORE:
        return _of_store(late, plan, hours, now)
    target = plan.escalation.get(kind)
    if target is None:
        return STAYS
    if late.is_in_hand:
        return NextStep(again_at=now + LOOK_AGAIN)
    if target == CRISIS:
        return NextStep(CRISIS, _TOP_TIER, f"it was late in {kind}")
    queue = f"{target}:{skill}"
    if not has_room(queue):
        note = f"Nobody in {target.replace('tier', 'tier ')} has room: it stays for now."
        return NextStep(note=note, again_at=now + LOOK_AGAIN)
    return _up(queue, int(target.removeprefix("tier")), f"it was late in {kind}", plan, now)


def _of_store(late: LateCase, plan: LatePlan, hours: Hours, now: datetime) -> NextStep:
    after = plan.in_stores.centre_after
    if after is None:
        return STAYS
    if not late.is_again:
        return NextStep(again_at=due_at(now, after, hours))
    if late.is_in_hand:
        return NextStep(again_at=now + LOOK_AGAIN)
    number = late.queue.partition(":")[2]
    return _up(
        f"tier{late.tier}:{plan.in_stores.skill}", late.tier, f"store {number} did not answer it in time", plan, now
    )


def _up(queue: str, tier: int, reason: str, plan: LatePlan, now: datetime) -> NextStep:
    promise = plan.promises[queue.partition(":")[0]]
    return NextStep(queue, tier, reason, again_at=due_at(now, promise.first_reply, plan.centre))


def late_in_words(in_stores: LateInStores, escalation: Mapping[str, str]) -> list[str]:
    """What becomes of late cases, as people read it."""
    said = []
    if in_stores.warn:
        said.append(f"Who receives a store’s matters is reminded {in_stores.warn} minutes before a reply is late.")
    if in_stores.tell:
        named = ["the nearest lead" if each == "lead" else each for each in in_stores.tell]
        said.append(f"When it is late, {' and '.join(named)} is told.")
    if in_stores.centre_after is not None:
        span = f"{in_stores.centre_after / 60:g} more hours of opening time"
        said.append(f"After {span} in nobody’s hand it goes to the {CENTRE}, {in_stores.skill}.")
    steps = ", ".join(
        f"{tier.replace('tier', 'tier ')} to {to.replace('tier', 'tier ')}" for tier, to in sorted(escalation.items())
    )
    said.append(
        f"The centre’s late cases go up while somebody there has room: {steps}."
        if steps
        else "The centre’s late cases stay in their tier."
    )
    return said
