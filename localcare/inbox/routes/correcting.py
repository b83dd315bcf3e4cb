"""What triage got wrong about a case: what it is about, that it needs no answer or is no crisis, and the way back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import topic_name
from localcare.inbox.dependencies import ActingHand, Chosen, CurrentPolicy, RowId
from localcare.inbox.routes.moves import away_from_case
from localcare.inbox.service import correcting
from localcare.web.pages import see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.post("/cases/{case_id}/topic")
def set_topic(
    request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, topic: Chosen = ""
) -> Response:
    case = correcting.set_topic(hand, case_id, topic, policy)
    words = f"Noted: {topic_name(topic).lower()}. The case is with {queue_name(case.queue)}, and triage learns it."
    return _after(request, hand, case_id, words)


@router.post("/cases/{case_id}/no-answer-needed")
def needs_no_answer(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    correcting.needs_no_answer(hand, case_id, policy)
    return _after(request, hand, case_id, "Closed. Triage learns that such words need no answer.")


@router.post("/cases/{case_id}/no-crisis")
def is_no_crisis(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    case = correcting.is_no_crisis(hand, case_id, policy)
    words = f"Noted: no crisis. The case is with {queue_name(case.queue)}, nobody is called, and triage learns it."
    return _after(request, hand, case_id, words)


@router.post("/cases/{case_id}/triage/withdrawal")
def take_back(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    case = correcting.take_back(hand, case_id, policy)
    flash = Flash(f"Taken back. The case is with {queue_name(case.queue)}.", "info")
    return see_other(request, f"/cases/{case_id}" if hand.viewer.may_see_store(case.store_id) else "/", flash)


def _after(request: Request, hand: ActingHand, case_id: int, words: str) -> Response:
    return away_from_case(request, hand, case_id, Flash(words, "good", "Undo", f"/cases/{case_id}/triage/withdrawal"))
