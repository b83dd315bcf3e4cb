"""A promise that is broken is told of once, in the case's history, and the case moves up where the policy says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.cases import lateness_repository as repository
from localcare.cases.lateness_repository import LateClock
from localcare.cases.repository import CaseLine, write_history

__all__ = ["LateClock", "MoveUp"]


@dataclass(frozen=True, slots=True)
class MoveUp:
    """A late case goes to a higher queue and tier."""

    case_id: int
    queue: str
    tier: int
    reason: str


def list_late(session: Session, brand_id: int, *, now: datetime, most: int) -> list[LateClock]:
    """Clocks that ran out and were not told of, the longest first; their cases are held until the transaction ends."""
    return repository.list_late(session, brand_id, now, most=most)


def tell_late(
    session: Session, brand_id: int, late: Sequence[LateClock], moves: Sequence[MoveUp], *, now: datetime
) -> None:
    """Write that promises were broken, and move up those cases that nobody has in hand. Their clocks run on, late."""
    if not late:
        return
    rows: list[dict[str, object]] = [
        {"case_id": move.case_id, "queue": move.queue, "tier": move.tier, "reason": move.reason} for move in moves
    ]
    moved = set(repository.move_up(session, rows, now)) if rows else set()
    repository.note_told(session, [(each.case_id, each.kind) for each in late], now)
    whither = {move.case_id: f" It goes to {move.queue}." for move in moves if move.case_id in moved}
    lines = [
        CaseLine(
            each.case_id, now, "escalated", "clock", f"{_PROMISES[each.kind]} is late.{whither.get(each.case_id, '')}"
        )
        for each in late
    ]
    write_history(session, brand_id, lines)


_PROMISES = {
    "acknowledge": "Somebody to take it",
    "first_reply": "The first reply",
    "next_reply": "The next reply",
    "resolve": "The end of it",
}
