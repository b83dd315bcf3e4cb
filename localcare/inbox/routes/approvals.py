"""Approving answers: the list of what waits, and the decision about one."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.errors import CareError, ConflictError, InvalidError
from localcare.inbox.dependencies import ActingHand, Chosen, RowId, Typed
from localcare.inbox.pages.approvals import approvals_page
from localcare.people.dependencies import CurrentRuntime, CurrentSession, CurrentViewer
from localcare.replies.approving import Approval, approve, list_awaiting, note_posted, send_back
from localcare.replies.core import ReplyState
from localcare.replies.service import get_reply_case
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
_LIST = "/approvals"


@router.get(_LIST)
def show_approvals(request: Request, session: CurrentSession, viewer: CurrentViewer) -> Response:
    page = approvals_page(viewer, list_awaiting(session, viewer))
    return render(request, "inbox/approvals.html", page, fragment="inbox/_approvals.html")


@router.post("/replies/{reply_id}/approval")
def give_approval(
    request: Request,
    hand: ActingHand,
    runtime: CurrentRuntime,
    reply_id: RowId,
    seen: Chosen = "",
    text: Typed = "",
    at: Chosen = "",
) -> Response:
    """Send the answer; `seen` is the newest mention that the page showed, `at` where the button stood."""
    case_id = get_reply_case(hand.session, reply_id)
    what = Approval(int(seen) if seen.isdecimal() else 0, text.replace("\r\n", "\n") if text.strip() else None)
    try:
        reply = approve(hand, reply_id, what, undo_seconds=runtime.settings.undo_seconds)
    except (ConflictError, InvalidError) as refusal:
        return _refused(request, case_id, refusal)
    return see_other(request, _back(at, case_id), _approved_flash(reply_id, reply.state, runtime.settings.undo_seconds))


@router.post("/replies/{reply_id}/return")
def return_answer(request: Request, hand: ActingHand, reply_id: RowId, note: Typed = "", at: Chosen = "") -> Response:
    case_id = get_reply_case(hand.session, reply_id)
    try:
        reply = send_back(hand, reply_id, note)
    except (ConflictError, InvalidError) as refusal:
        return _refused(request, case_id, refusal)
    return see_other(request, _back(at, case_id), Flash(f"Sent back to {reply.author_name} with your note.", "info"))


@router.post("/replies/{reply_id}/posting")
def have_posted(request: Request, hand: ActingHand, reply_id: RowId) -> Response:
    reply = note_posted(hand, reply_id)
    flash = Flash("Noted: it is answered there. It is the customer’s turn now.")
    return see_other(request, f"/cases/{reply.case_id}", flash)


def _back(at: str, case_id: int) -> str:
    return _LIST if at == "list" else f"/cases/{case_id}"


def _approved_flash(reply_id: int, state: str, undo_seconds: int) -> Flash:
    if state == ReplyState.APPROVED:
        return Flash("Approved. Its author posts it where the customer wrote.")
    if not undo_seconds:
        return Flash("Approved. The answer is on its way.")
    return Flash(f"Approved: it is sent in {undo_seconds} seconds.", "info", "Undo", f"/replies/{reply_id}/withdrawal")


def _refused(request: Request, case_id: int, refusal: CareError) -> Response:
    return see_other(request, f"/cases/{case_id}", Flash(refusal.message, "bad"))
