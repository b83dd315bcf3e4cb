"""Clocks of cases as they are decided or moved: started from arrival, kept through a re-route, paused and stopped."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from localcare.cases import clock_repository as repository
from localcare.cases.clock_repository import ClockStart, stop_clocks
from localcare.cases.core import Placement
from localcare.cases.core.clockwork import REPLY_CLOCKS, Clock, KnownClock, begin_turn, change_queue
from localcare.cases.core.states import CLOSED
from localcare.cases.models import Case
from localcare.cases.repository import Placed

__all__ = ["ALL_CLOCKS", "REPLY_CLOCKS", "stop_clocks"]

ALL_CLOCKS = (*REPLY_CLOCKS, "resolve")


def save_clocks(
    session: Session, brand_id: int, placed: Sequence[Placed], ids: Mapping[str, int], *, now: datetime
) -> None:
    """Start, keep, pause and stop the clocks of decided cases. `ids` are the cases by slot."""
    waiting = [item for item in placed if item.placement is not None and item.decision.waiting_since is not None]
    known = repository.load_clocks(session, [item.decision.known.id for item in waiting if item.decision.known])
    starts = [
        ClockStart(ids[item.decision.slot], clock)
        for item in waiting
        for clock in _clocks(item, known.get(ids[item.decision.slot], {}), now)
    ]
    repository.start_clocks(session, brand_id, starts)
    answered = [ids[item.decision.slot] for item in placed if item.decision.stops_waiting]
    repository.stop_clocks(session, answered, REPLY_CLOCKS, now)
    repository.pause_clocks(session, answered, now)
    closed = [ids[item.decision.slot] for item in placed if item.decision.state in CLOSED]
    repository.stop_clocks(session, closed, ALL_CLOCKS, now)


def start_clocks(session: Session, brand_id: int, placed: Mapping[int, Placement], *, now: datetime) -> None:
    """Start the clocks of cases, by id, that begin to wait now for a first answer."""
    starts = [
        ClockStart(case_id, clock)
        for case_id, placement in placed.items()
        for clock in begin_turn(placement.clocks, {}, was_answered=False, arrived_at=now, now=now)
    ]
    repository.start_clocks(session, brand_id, starts)


def replan_clocks(session: Session, brand_id: int, placed: Mapping[int, Placement], *, now: datetime) -> None:
    """Cases, by id, that nobody has answered lie elsewhere now: they get what is promised there, from their arrival."""
    known = repository.load_clocks(session, list(placed))
    starts = [
        ClockStart(case_id, clock)
        for case_id, placement in placed.items()
        for clock in change_queue(placement.clocks, known.get(case_id, {}), was_answered=False, arrived_at=now)
    ]
    repository.start_clocks(session, brand_id, starts)


def move_clocks(session: Session, case: Case, placement: Placement, *, now: datetime) -> None:
    """A person has put a case that waits elsewhere: its clocks keep what has run; who takes it there is waited for anew."""
    if case.waiting_since is None or case.id is None:
        return
    known = repository.load_clocks(session, [case.id]).get(case.id, {})
    clocks = change_queue(
        placement.clocks, known, was_answered=case.first_reply_at is not None, arrived_at=now, taken_again_from=now
    )
    repository.start_clocks(session, case.brand_id, [ClockStart(case.id, clock) for clock in clocks])


def _clocks(item: Placed, known: Mapping[str, KnownClock], now: datetime) -> list[Clock]:
    decision, placement = item.decision, item.placement
    if placement is None:
        return []
    was_answered = decision.known is not None and decision.known.answered_at is not None
    arrived_at = decision.arrived_at or now
    if decision.starts_waiting or decision.known is None or decision.known.state in CLOSED:
        turn = begin_turn(placement.clocks, known, was_answered=was_answered, arrived_at=arrived_at, now=now)
        return list(turn)
    if not decision.wants_route:
        return []
    return list(change_queue(placement.clocks, known, was_answered=was_answered, arrived_at=arrived_at))
