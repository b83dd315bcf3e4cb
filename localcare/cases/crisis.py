"""A crisis calls until somebody says “I have it”: whom it has called so far, when it calls again, who answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import crisis_repository as repository
from localcare.cases.crisis_repository import Call, RingingCase
from localcare.cases.handling import Hand, hold
from localcare.cases.repository import CaseLine, write_history
from localcare.errors import ConflictError
from localcare.people.core import Viewer

__all__ = ["Call", "RingingCase"]

CALL_TASK = "digests.call_crisis"
"""Calls for a case that a person has sent to the crisis queue; whoever mails registers it."""


@dataclass(frozen=True, slots=True)
class CallState:
    """How a case's call stands: since when, how often it was made, who answered it and when, whether it goes on calling.

    While it does, `given_to` has not looked at the case yet; "" where it is in nobody's hand.
    """

    raised_at: datetime
    wave: int
    acknowledged_at: datetime | None
    acknowledged_by: str
    is_ringing: bool
    given_to: str


def raise_calls(
    session: Session, brand_id: int, case_ids: Sequence[int], *, now: datetime, within: timedelta
) -> list[int]:
    """The first call of these cases is made now, the next `within` that time; returns those that had not called before.

    A case whose call was for nothing calls anew.
    """
    return repository.insert_calls(session, brand_id, case_ids, now=now, next_at=now + within)


def find_call(session: Session, case_id: int) -> CallState | None:
    """How a case's call stands; None for a case that was no crisis, or of which somebody said so."""
    row = repository.find_call(session, case_id)
    return CallState(*row) if row else None


def list_ringing(session: Session, viewer: Viewer) -> list[RingingCase]:
    """Crises that call and that this viewer may answer for, the oldest first."""
    found = repository.list_ringing(session, viewer.brand_id)
    return [each for each in found if viewer.may_answer(each.store_id)]


def acknowledge(hand: Hand, case_id: int) -> bool:
    """“I have it”: nobody else is called. ConflictError when the case was no crisis; False when somebody said so before."""
    hold(hand, case_id)
    call = find_call(hand.session, case_id)
    if call is None:
        raise ConflictError("This case did not call anybody.")
    if not repository.acknowledge(hand.session, case_id, hand.person_id, hand.viewer.name, hand.now):
        return False
    words = f"{hand.viewer.name} has it; nobody else is paged."
    line = CaseLine(case_id, hand.now, "acknowledged", hand.viewer.name, words, hand.person_id)
    write_history(hand.session, hand.viewer.brand_id, [line])
    return True


def calm(hand: Hand, case_id: int) -> bool:
    """It is no crisis: nobody is called any more, and a risk that is found later calls anew. False when nobody was called."""
    hold(hand, case_id)
    return repository.calm(hand.session, case_id, hand.now)


def list_brands_calling(session: Session, now: datetime) -> list[int]:
    """Brands with a call that is due again; needs a session of all brands."""
    return repository.list_brands_calling(session, now)


def take_due_calls(session: Session, brand_id: int, now: datetime) -> list[Call]:
    """Calls that are due again, held; those whose case somebody has taken up, answered or closed meanwhile end here."""
    repository.settle_taken(session, brand_id, now)
    return repository.lock_due_calls(session, brand_id, now)


def call_again(session: Session, call: Call, *, next_at: datetime) -> None:
    """The next wave of a call was made."""
    repository.set_wave(session, call.case_id, call.wave + 1, next_at)


def give_up(session: Session, call: Call, now: datetime) -> None:
    """Everybody was called often enough."""
    repository.end_call(session, call.case_id, now)
