"""Answering from the case page: send, take back, try again, note what was answered elsewhere."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.cases.handling import Hand
from localcare.errors import CareError, ConflictError, InvalidError
from localcare.inbox.dependencies import ActingHand, Chosen, CurrentPolicy, RowId, Typed
from localcare.inbox.pages.answer import Draft
from localcare.inbox.pages.case import case_page
from localcare.inbox.service.case import open_case
from localcare.people.dependencies import CurrentRuntime
from localcare.replies.core import ReplyState, Way
from localcare.replies.models import Reply
from localcare.replies.service import Answer, answer_case, get_reply_case, try_again, undo_reply
from localcare.routing.core import Policy
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.post("/cases/{case_id}/replies")
def answer(
    request: Request,
    hand: ActingHand,
    runtime: CurrentRuntime,
    policy: CurrentPolicy,
    case_id: RowId,
    text: Typed = "",
    additional: Chosen = "",
    elsewhere: Chosen = "",
    way: Chosen = "",
) -> Response:
    """Queue an answer. When it is refused, the page comes back with the typed words and why."""
    what = Answer(
        text.replace("\r\n", "\n"),
        is_additional=bool(additional),
        answered_elsewhere=bool(elsewhere),
        is_private=way == Way.PRIVATE,
    )
    try:
        reply = answer_case(hand, case_id, what, undo_seconds=runtime.settings.undo_seconds)
    except (ConflictError, InvalidError) as refusal:
        return _refused(request, hand, case_id, what, refusal, policy)
    return see_other(request, f"/cases/{case_id}", _sent_flash(reply, runtime.settings.undo_seconds))


@router.post("/replies/{reply_id}/withdrawal")
def take_back(request: Request, hand: ActingHand, reply_id: RowId) -> Response:
    reply = undo_reply(hand, reply_id)
    if reply.state == ReplyState.AWAITING:
        return see_other(request, f"/cases/{reply.case_id}", Flash("The answer waits for approval again.", "info"))
    if reply.author_id != hand.viewer.person_id:
        return see_other(request, f"/cases/{reply.case_id}", Flash("Dropped. Nothing was sent.", "info"))
    flash = Flash("Taken back. Nothing was sent; your words are in the box again.", "info")
    return see_other(request, f"/cases/{reply.case_id}?draft={reply.id}#answer", flash)


@router.post("/replies/{reply_id}/attempts")
def send_again(request: Request, hand: ActingHand, reply_id: RowId) -> Response:
    case_id = get_reply_case(hand.session, reply_id)
    reply = try_again(hand, reply_id)
    words = "It waits for approval." if reply.state == ReplyState.AWAITING else "It is sent once more."
    return see_other(request, f"/cases/{case_id}", Flash(words, "info"))


def _sent_flash(reply: Reply, undo_seconds: int) -> Flash:
    if reply.state == ReplyState.NOTED:
        return Flash("Noted: it is answered there. It is the customer’s turn now.")
    if reply.state == ReplyState.AWAITING:
        return Flash(
            "It waits for approval. The clocks run on.", "info", "Take it back", f"/replies/{reply.id}/withdrawal"
        )
    if not undo_seconds:
        return Flash("Your answer is on its way.")
    return Flash(f"Sending in {undo_seconds} seconds.", "info", "Undo", f"/replies/{reply.id}/withdrawal")


def _refused(request: Request, hand: Hand, case_id: int, what: Answer, refusal: CareError, policy: Policy) -> Response:
    was_first = isinstance(refusal, ConflictError)
    draft = Draft(text=what.text, refusal=refusal.message, somebody_was_first=was_first, is_private=what.is_private)
    file = open_case(hand.session, hand.viewer, case_id, now=hand.now, policy=policy)
    page = case_page(hand.viewer, file, draft, hand.now)
    return render(request, "inbox/case.html", page, status=refusal.status)
