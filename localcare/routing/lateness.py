"""Broken promises, by the policy: reminded of before, told of once, and up where nobody has the case in hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from localcare.cases import lateness
from localcare.cases.core import ALWAYS, Hours
from localcare.cases.crisis import CALL_TASK
from localcare.cases.lateness import DUE_SOON, LATE, TELL_TASK, LateClock, MoveUp
from localcare.kit.jobs import defer, defer_many
from localcare.people import duty as people
from localcare.people.core.duty import Duty
from localcare.routing.core import CRISIS, STORE, Policy, hours_in, hours_of
from localcare.routing.core.giving import agent_of
from localcare.routing.core.lateness import LateCase, LatePlan, NextStep, next_step
from localcare.routing.core.needs import find_skill
from localcare.routing.giving import loads_of
from localcare.stores.shelf import stand_today

AT_ONCE = 500
_REPLIES = ("first_reply", "next_reply")


def escalate_late(session: Session, brand_id: int, policy: Policy, *, now: datetime) -> int:
    """Tell of broken promises, each once, and move up late cases that nobody has in hand; returns how many were handled."""
    late = lateness.list_late(session, brand_id, now=now, most=AT_ONCE)
    if not late:
        return 0
    steps = _decide(session, brand_id, late, policy, now)
    moves = {
        each.case_id: MoveUp(each.case_id, step.queue, step.tier, step.reason)
        for each, step in zip(late, steps, strict=True)
        if step.queue is not None
    }
    told = [lateness.Told(each, step.again_at, step.note) for each, step in zip(late, steps, strict=True)]
    lateness.tell_late(session, brand_id, told, list(moves.values()), now=now)
    for case_id in [each.case_id for each in moves.values() if each.queue == CRISIS]:
        defer(session, CALL_TASK, brand_id=brand_id, case_id=case_id)
    _have_told(session, brand_id, [each.case_id for each in late if _is_new_at_store(each)], LATE)
    return len(late)


def remind(session: Session, brand_id: int, policy: Policy, *, now: datetime) -> int:
    """Have the people of stores reminded of replies that will be late soon, each once; returns of how many."""
    warn = policy.late_in_stores.warn
    soon = lateness.take_due_soon(session, brand_id, minutes=warn, now=now, most=AT_ONCE) if warn else []
    _have_told(session, brand_id, soon, DUE_SOON)
    return len(soon)


def _have_told(session: Session, brand_id: int, case_ids: Sequence[int], what: str) -> None:
    if case_ids:
        defer_many(session, TELL_TASK, [{"brand_id": brand_id, "case_ids": list(case_ids), "what": what}])


def _is_new_at_store(late: LateClock) -> bool:
    return late.queue.startswith(f"{STORE}:") and late.kind in _REPLIES and not late.is_again


def _decide(
    session: Session, brand_id: int, late: Sequence[LateClock], policy: Policy, now: datetime
) -> list[NextStep]:
    centre = hours_in("tier1", None, policy)
    plan = LatePlan(policy.escalation, policy.late_in_stores, policy.promises, centre)
    hours = _hours_by_queue(session, brand_id, late, policy, now)
    seats = _Seats(session, brand_id, policy, now)
    return [
        next_step(
            LateCase(each.kind, each.queue, each.tier, each.is_in_hand, each.is_again),
            plan,
            hours.get(each.queue, ALWAYS),
            seats.take,
            now=now,
        )
        for each in late
    ]


def _hours_by_queue(
    session: Session, brand_id: int, late: Sequence[LateClock], policy: Policy, now: datetime
) -> Mapping[str, Hours]:
    if not any(_is_new_at_store(each) for each in late):
        return {}
    stores = stand_today(session, brand_id, now=now).values()
    return {f"{STORE}:{store.number}": hours_of(store, policy) for store in stores}


class _Seats:
    """Room of those of the national team who are there; read when it is first asked for, and less by each case promised."""

    def __init__(self, session: Session, brand_id: int, policy: Policy, now: datetime) -> None:
        self._session, self._brand_id, self._policy, self._now = session, brand_id, policy, now
        self._free: list[tuple[Duty, int]] | None = None

    def take(self, queue: str) -> bool:
        """Whether somebody has room for one more case of the queue, which is taken."""
        if self._free is None:
            self._free = _free_seats(self._session, self._brand_id, self._policy, self._now)
        tier, _, skill = queue.removeprefix("tier").partition(":")
        for place, (duty, room) in enumerate(self._free):
            agent = agent_of(duty)
            if room > 0 and int(tier) in agent.tiers and find_skill(agent, skill) is not None:
                self._free[place] = (duty, room - 1)
                return True
        return False


def _free_seats(session: Session, brand_id: int, policy: Policy, now: datetime) -> list[tuple[Duty, int]]:
    there = [each for each in people.list_duties(session, brand_id, day=now.date()) if each.is_there(now)]
    loads = loads_of(session, brand_id, [each.person_id for each in there], policy.giving)
    return [(each, each.capacity - loads.get(each.person_id, 0)) for each in there]
