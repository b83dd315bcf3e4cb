"""What people may do with a case, as a pure state machine: an action and a case give what changes, or a refusal in words."""

from dataclasses import dataclass
from datetime import datetime

from localcare.cases.core.states import CLOSED, State


@dataclass(frozen=True, slots=True)
class InHand:
    """The part of a case that people move."""

    state: State
    owner_id: int | None
    owner_name: str | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Move:
    """What changes: a new state and owner, and the line for the history."""

    state: State
    owner_id: int | None
    kind: str
    detail: str
    snoozed_until: datetime | None = None
    closed_how: str | None = None


class RefusedError(Exception):
    """The action cannot be done now; the sentence says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def claim(case: InHand, *, person_id: int, name: str) -> Move:
    """Take a case; it must be open and in nobody else's hand."""
    _must_be_open(case)
    if case.owner_id not in (None, person_id):
        raise RefusedError(f"{case.owner_name} already has this case. Ask for a hand-over, or take the next one.")
    return Move(_owned(case), person_id, "claimed", f"{name} took the case.")


def release(case: InHand, *, name: str) -> Move:
    """Put a case back into its queue."""
    _must_be_open(case)
    return Move(_unowned(case), None, "released", f"{name} put the case back.")


def hand_over(case: InHand, *, name: str, to_id: int | None, to_name: str, note: str) -> Move:
    """Give a case to a person, or (without `to_id`) to the queue called `to_name`, with a note that stays."""
    _must_be_open(case)
    state = _unowned(case) if to_id is None else _owned(case)
    return Move(state, to_id, "handed-over", _with_note(f"{name} handed the case to {to_name}.", note))


def escalate(case: InHand, *, name: str, tier: int, note: str) -> Move:
    """Send a case one tier up."""
    _must_be_open(case)
    return Move(State.ESCALATED, None, "escalated", _with_note(f"{name} escalated to tier {tier}.", note))


def snooze(case: InHand, *, name: str, until: datetime, now: datetime) -> Move:
    """Put a case out of sight until a time, or until the customer writes again."""
    _must_be_open(case)
    if until <= now:
        raise RefusedError("Choose a time in the future to snooze until.")
    return Move(State.SNOOZED, case.owner_id, "snoozed", f"{name} snoozed the case.", snoozed_until=until)


def resolve(case: InHand, *, name: str, how: str) -> Move:
    """Close a case; `how` is a slug such as answered, no-reply-needed, spam."""
    _must_be_open(case)
    words = how.replace("-", " ")
    return Move(State.RESOLVED, case.owner_id, "resolved", f"{name} resolved the case: {words}.", closed_how=how)


def not_ours(case: InHand, *, name: str, note: str) -> Move:
    """Close a case that is about somebody else's business; nobody answers it."""
    _must_be_open(case)
    sentence = f"{name} says that this is not about us."
    return Move(State.NOT_OURS, case.owner_id, "not-ours", _with_note(sentence, note), closed_how="not-ours")


def merge(case: InHand, *, name: str, into: int, note: str) -> Move:
    """Close a case whose matter is handled in another one."""
    _must_be_open(case)
    sentence = f"{name} merged this into case {into}."
    return Move(State.MERGED, case.owner_id, "merged", _with_note(sentence, note), closed_how="merged")


def reopen(case: InHand, *, name: str) -> Move:
    """Open a closed case again; the undo of resolve."""
    if case.state not in CLOSED:
        raise RefusedError("This case is open already.")
    return Move(_unowned(case), None, "reopened", f"{name} reopened the case.")


def _must_be_open(case: InHand) -> None:
    if case.state in CLOSED:
        raise RefusedError("This case is closed. Reopen it first.")


def _owned(case: InHand) -> State:
    return State.CLAIMED if case.is_waiting else State.WAITING


def _unowned(case: InHand) -> State:
    return State.QUEUED if case.is_waiting else State.WAITING


def _with_note(sentence: str, note: str) -> str:
    return f"{sentence} “{note.strip()}”" if note.strip() else sentence
