"""Taking back what a person did with a case: it is again as it was, its clocks with it, and the history says so."""

from sqlmodel import Session

from localcare.cases import kept
from localcare.cases.giving import take_seat
from localcare.cases.handling import Hand, hold, write_down
from localcare.cases.models import Case, CaseEvent
from localcare.errors import ConflictError, ForbiddenError
from localcare.people.core import Viewer


def why_not_undo(viewer: Viewer, event: CaseEvent | None) -> str:
    """Why this person cannot take back the last move; "" when they can. Supervisors may for anybody."""
    if event is None:
        return "Something else has happened to the case since; it cannot be taken back any more."
    if event.person_id != viewer.person_id and not viewer.may_supervise:
        return f"Only {event.actor} or a supervisor can take this back."
    return ""


def find_undoable(session: Session, viewer: Viewer, case: Case) -> CaseEvent | None:
    """The last move of a case if this person may take it back."""
    event = kept.find_last(session, case)
    return None if why_not_undo(viewer, event) else event


def what_was_done(event: CaseEvent) -> str:
    """A move in words, without who did it and without their note: `handed the case to Bo Li`."""
    return event.detail.removeprefix(f"{event.actor} ").partition(" “")[0].rstrip(".")


def undo(hand: Hand, case_id: int) -> Case:
    """Take the last move of a case back. ConflictError when it has changed since, ForbiddenError for others' moves."""
    case = hold(hand, case_id)
    event = kept.find_last(hand.session, case)
    why = why_not_undo(hand.viewer, event)
    if event is None:
        raise ConflictError(why)
    if why:
        raise ForbiddenError(why)
    _undo_elsewhere(hand, case)
    kept.put_back(hand.session, case, event, now=hand.now)
    if case.owner_id is not None:
        take_seat(hand.session, case.owner_id)
    _write(hand, case_id, f"{hand.viewer.name} took back: {what_was_done(event)}.")
    return case


def _undo_elsewhere(hand: Hand, case: Case) -> None:
    if case.merged_into is not None:
        _write(hand, case.merged_into, f"{hand.viewer.name} took case {case.id} out of this one again.")


def _write(hand: Hand, case_id: int, detail: str) -> None:
    write_down(
        hand.session, hand.viewer.brand_id, case_id, at=hand.now, kind="undone", who=hand.viewer.name,
        person_id=hand.person_id, detail=detail,
    )  # fmt: skip
