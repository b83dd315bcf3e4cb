"""What can be done with a case beside answering it: each is a resource that is posted to."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from localcare.cases import handling
from localcare.cases.handling import Hand
from localcare.cases.undoing import undo
from localcare.errors import InvalidError
from localcare.inbox.core.moments import Snooze
from localcare.inbox.core.queues import queue_name, skill_name
from localcare.inbox.core.words import CLOSING_REASONS
from localcare.inbox.dependencies import ActingHand, Chosen, CurrentPolicy, RowId, Typed
from localcare.inbox.service import moves
from localcare.web.pages import see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.post("/cases/{case_id}/claim")
def claim(request: Request, hand: ActingHand, case_id: RowId) -> Response:
    handling.claim(hand, case_id)
    flash = Flash("This case is yours.", "good", "Put it back", f"/cases/{case_id}/release")
    return see_other(request, f"/cases/{case_id}", flash)


@router.post("/cases/{case_id}/release")
def release(request: Request, hand: ActingHand, case_id: RowId) -> Response:
    handling.release(hand, case_id)
    return see_other(request, f"/cases/{case_id}", Flash("The case is back in its queue.", "info"))


@router.post("/cases/{case_id}/notes")
def leave_note(request: Request, hand: ActingHand, case_id: RowId, text: Typed = "") -> Response:
    if not text.strip():
        raise InvalidError("Write the note first.")
    handling.note(hand, case_id, text.strip())
    return see_other(request, f"/cases/{case_id}#history", Flash("Your note is kept. Customers never see it."))


@router.post("/cases/{case_id}/handover")
def hand_over(
    request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, to: Chosen = "", note: Typed = ""
) -> Response:
    case = moves.hand_over(hand, case_id, to, note, policy)
    whom = queue_name(case.queue) if case.owner_id is None else "your colleague"
    return away_from_case(request, hand, case_id, Flash(f"Handed over to {whom}.", "good", "Undo", _undo(case_id)))


@router.post("/cases/{case_id}/escalation")
def escalate(
    request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, to: Chosen = "", note: Typed = ""
) -> Response:
    case = moves.escalate(hand, case_id, to, note, policy)
    flash = Flash(f"Escalated to {queue_name(case.queue)}.", "good", "Undo", _undo(case_id))
    return away_from_case(request, hand, case_id, flash)


@router.post("/cases/{case_id}/snooze")
def snooze(request: Request, hand: ActingHand, case_id: RowId, until: Annotated[Snooze, Form()]) -> Response:
    moves.snooze(hand, case_id, until)
    words = {Snooze.HOUR: "in an hour", Snooze.TOMORROW: "tomorrow at nine", Snooze.WEEK: "on Monday at nine"}[until]
    flash = Flash(f"It comes back {words}, or when the customer writes.", "info", "Wake it", _undo(case_id))
    return away_from_case(request, hand, case_id, flash)


@router.post("/cases/{case_id}/closure")
def close(request: Request, hand: ActingHand, case_id: RowId, how: Chosen = "no-reply-needed") -> Response:
    if how not in CLOSING_REASONS:
        raise InvalidError("Choose why the case can be closed.")
    handling.resolve(hand, case_id, how=how)
    flash = Flash(f"Closed: {CLOSING_REASONS[how].lower()}.", "good", "Undo", f"/cases/{case_id}/reopening")
    return away_from_case(request, hand, case_id, flash)


@router.post("/cases/{case_id}/not-ours")
def is_not_ours(request: Request, hand: ActingHand, case_id: RowId, note: Typed = "") -> Response:
    handling.not_ours(hand, case_id, note=note)
    return away_from_case(request, hand, case_id, Flash("Closed: not about us.", "good", "Undo", _undo(case_id)))


@router.post("/cases/{case_id}/merging")
def merge(request: Request, hand: ActingHand, case_id: RowId, into: Chosen = "", note: Typed = "") -> Response:
    number = into.strip().removeprefix("#")
    if not number.isdecimal() or len(number) > 18:
        raise InvalidError("Say into which case: its number stands in its address.")
    handling.merge(hand, case_id, int(number), note=note)
    flash = Flash(f"Merged into case {number}.", "good", "Undo", _undo(case_id))
    return see_other(request, f"/cases/{case_id}", flash)


@router.post("/cases/{case_id}/undo")
def undo_last(request: Request, hand: ActingHand, case_id: RowId) -> Response:
    undo(hand, case_id)
    return see_other(request, f"/cases/{case_id}", Flash("Taken back: the case is as it was.", "info"))


@router.post("/cases/{case_id}/reopening")
def reopen(request: Request, hand: ActingHand, case_id: RowId) -> Response:
    handling.reopen(hand, case_id)
    return see_other(request, f"/cases/{case_id}", Flash("The case is open again.", "info"))


@router.post("/cases/{case_id}/centre")
def ask_centre(
    request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, skill: Chosen = "", note: Typed = ""
) -> Response:
    moves.needs_centre(hand, case_id, skill, note, policy)
    flash = Flash(f"The national team has it now ({skill_name(skill)}).", "good", "Undo", _undo(case_id))
    return away_from_case(request, hand, case_id, flash)


def _undo(case_id: int) -> str:
    return f"/cases/{case_id}/undo"


def away_from_case(request: Request, hand: Hand, case_id: int, flash: Flash) -> Response:
    """The national team stays at the case, with the next one a key away; a store goes back to what needs it now."""
    return see_other(request, f"/cases/{case_id}" if hand.viewer.is_central else "/", flash)
