"""Which store a case is about: a person's decision, that it is none of ours, and the way back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.core.queues import queue_name
from localcare.inbox.dependencies import ActingHand, Chosen, CurrentPolicy, RowId
from localcare.inbox.routes.moves import away_from_case
from localcare.inbox.service import which_store
from localcare.web.pages import see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.post("/cases/{case_id}/store")
def decide_store(
    request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, number: Chosen = ""
) -> Response:
    """Another store by its number; without one, “not my store”."""
    if number.strip():
        case = which_store.set_store(hand, case_id, number, policy)
        return away_from_case(
            request, hand, case_id, _taken(f"Thank you. It goes to {queue_name(case.queue)}.", case_id)
        )
    which_store.not_my_store(hand, case_id, policy)
    words = "Thank you. The national team finds out which store it is, and we learn from it."
    return away_from_case(request, hand, case_id, _taken(words, case_id))


@router.post("/cases/{case_id}/no-store")
def decide_none(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    case = which_store.none_of_ours(hand, case_id, policy)
    words = f"It is none of our stores. It goes to {queue_name(case.queue)}."
    return away_from_case(request, hand, case_id, _taken(words, case_id))


@router.post("/cases/{case_id}/store/withdrawal")
def take_back(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    case = which_store.take_back(hand, case_id, policy)
    flash = Flash(f"Taken back. The case is with {queue_name(case.queue)} again.", "info")
    return see_other(request, f"/cases/{case_id}" if hand.viewer.may_see_store(case.store_id) else "/", flash)


def _taken(words: str, case_id: int) -> Flash:
    return Flash(words, "good", "Undo", f"/cases/{case_id}/store/withdrawal")
