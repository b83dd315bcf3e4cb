"""A promise that is broken is told of once, in the case's history, and the case moves up where the policy says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.cases import lateness_repository as repository
from localcare.cases.lateness_repository import LateClock
from localcare.cases.repository import CaseLine, write_history

__all__ = ["LateClock", "MoveUp", "Told"]

TELL_TASK = "digests.tell_of_late"
LATE, DUE_SOON = "late", "due-soon"
"""What is told of a store's case: its reply is late, or will be soon."""


@dataclass(frozen=True, slots=True)
class MoveUp:
    """A late case goes to a higher queue and tier."""

    case_id: int
    queue: str
    tier: int
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A late clock, when it is looked at again (None: not), and what its history says beside its being late."""

    clock: LateClock
    again_at: datetime | None = None
    note: str = ""


def list_late(session: Session, brand_id: int, *, now: datetime, most: int) -> list[LateClock]:
    """Clocks that ran out and were not told of, or are to be looked at again, the longest first; their cases are held."""
    return repository.list_late(session, brand_id, now, most=most)


def take_due_soon(session: Session, brand_id: int, *, minutes: int, now: datetime, most: int) -> list[int]:
    """Stores' cases whose reply is due within so many minutes, each once; none before half of its time has run."""
    return repository.take_due_soon(session, brand_id, minutes, now, most=most)


def tell_late(session: Session, brand_id: int, told: Sequence[Told], moves: Sequence[MoveUp], *, now: datetime) -> None:
    """Write that promises were broken, and move up those cases that nobody has in hand. Their clocks run on, late."""
    if not told:
        return
    rows: list[dict[str, object]] = [
        {"case_id": move.case_id, "queue": move.queue, "tier": move.tier, "reason": move.reason} for move in moves
    ]
    moved = set(repository.move_up(session, rows, now)) if rows else set()
    repository.note_told(session, [(each.clock.case_id, each.clock.kind, each.again_at) for each in told], now)
    whither = {move.case_id: f" It goes to {move.queue}." for move in moves if move.case_id in moved}
    write_history(session, brand_id, [line for each in told if (line := _line(each, whither, now))])


def _line(told: Told, whither: dict[int, str], now: datetime) -> CaseLine | None:
    """A clock that was told of before has news only when its case moves."""
    clock = told.clock
    goes = whither.get(clock.case_id, "")
    if clock.is_again and not goes:
        return None
    said = f"{_PROMISES[clock.kind]} is {'still ' if clock.is_again else ''}late."
    note = f" {told.note}" if told.note and not goes else ""
    return CaseLine(clock.case_id, now, "escalated", "clock", f"{said}{goes}{note}")


_PROMISES = {
    "acknowledge": "Somebody to take it",
    "first_reply": "The first reply",
    "next_reply": "The next reply",
    "resolve": "The end of it",
}
