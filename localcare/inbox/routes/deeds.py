"""Deeds on the Page from the case page: hide, show, like; change and delete an answer of ours."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.errors import CareError, ConflictError, InvalidError
from localcare.inbox.dependencies import ActingHand, Chosen, RowId, Typed
from localcare.replies.deeds import (
    Hiding,
    delete_answer,
    edit_answer,
    hide_words,
    like_words,
    show_words,
    unlike_words,
)
from localcare.replies.service import get_reply_case
from localcare.web.pages import see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.post("/cases/{case_id}/words/{mention_id}/hiding")
def hide(
    request: Request, hand: ActingHand, case_id: RowId, mention_id: RowId, reason: Chosen = "", note: Typed = ""
) -> Response:
    try:
        hide_words(hand, case_id, mention_id, Hiding(reason, note))
    except (ConflictError, InvalidError) as refusal:
        return _refused(request, case_id, refusal)
    return _under_way(request, case_id, "It is being hidden from everybody but its author and their friends.")


@router.post("/cases/{case_id}/words/{mention_id}/showing")
def show_again(request: Request, hand: ActingHand, case_id: RowId, mention_id: RowId) -> Response:
    show_words(hand, case_id, mention_id)
    return _under_way(request, case_id, "It is being shown to everybody again.")


@router.post("/cases/{case_id}/words/{mention_id}/like")
def like(request: Request, hand: ActingHand, case_id: RowId, mention_id: RowId) -> Response:
    like_words(hand, case_id, mention_id)
    return _under_way(request, case_id, "The Page likes it.")


@router.post("/cases/{case_id}/words/{mention_id}/unlike")
def unlike(request: Request, hand: ActingHand, case_id: RowId, mention_id: RowId) -> Response:
    unlike_words(hand, case_id, mention_id)
    return _under_way(request, case_id, "The like is being taken back.")


@router.post("/replies/{reply_id}/correction")
def correct(request: Request, hand: ActingHand, reply_id: RowId, text: Typed = "") -> Response:
    case_id = get_reply_case(hand.session, reply_id)
    try:
        edit_answer(hand, reply_id, text.replace("\r\n", "\n"))
    except (ConflictError, InvalidError) as refusal:
        return _refused(request, case_id, refusal)
    return _under_way(request, case_id, "The new words are on their way.")


@router.post("/replies/{reply_id}/deletion")
def delete(request: Request, hand: ActingHand, reply_id: RowId) -> Response:
    case_id = get_reply_case(hand.session, reply_id)
    delete_answer(hand, reply_id)
    return _under_way(request, case_id, "The answer is being deleted from the Page.")


def _under_way(request: Request, case_id: int, words: str) -> Response:
    return see_other(request, f"/cases/{case_id}", Flash(words, "info"))


def _refused(request: Request, case_id: int, refusal: CareError) -> Response:
    return see_other(request, f"/cases/{case_id}", Flash(refusal.message, "bad"))
