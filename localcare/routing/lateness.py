"""What becomes of a case whose promise was broken: told of, and up to the queue that the policy names for its tier."""

from datetime import datetime

from sqlmodel import Session

from localcare.cases import lateness
from localcare.cases.crisis import CALL_TASK
from localcare.cases.lateness import LateClock, MoveUp
from localcare.kit.jobs import defer
from localcare.routing.core import CRISIS, Policy

AT_ONCE = 500
_TOP_TIER = 3


def escalate_late(session: Session, brand_id: int, policy: Policy, *, now: datetime) -> int:
    """Tell of broken promises, each once, and move up late cases that nobody has in hand; returns how many were told."""
    late = lateness.list_late(session, brand_id, now=now, most=AT_ONCE)
    moves = {each.case_id: move for each in late if (move := _move_of(each, policy))}
    lateness.tell_late(session, brand_id, late, list(moves.values()), now=now)
    for case_id in [each.case_id for each in moves.values() if each.queue == CRISIS]:
        defer(session, CALL_TASK, brand_id=brand_id, case_id=case_id)
    return len(late)


def _move_of(late: LateClock, policy: Policy) -> MoveUp | None:
    kind, _, skill = late.queue.partition(":")
    target = policy.escalation.get(kind)
    if target is None or late.is_in_hand:
        return None
    reason = f"it was late in {kind}"
    if target == CRISIS:
        return MoveUp(late.case_id, CRISIS, _TOP_TIER, reason)
    return MoveUp(late.case_id, f"{target}:{skill}", int(target.removeprefix("tier")), reason)
