"""What was learned of stores' other names: see it, decide by hand, take a vote back. For whoever runs the queues."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from localcare.errors import ForbiddenError
from localcare.inbox.dependencies import ActingHand, Asked, Chosen, RowId
from localcare.inbox.pages.learned import LEARNED_URL, learned_page, read_state
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, CurrentViewer
from localcare.stores import learning
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash


def require_supervisor(viewer: CurrentViewer) -> Viewer:
    """Whoever runs the queues of the whole brand, or keeps its directory."""
    if not (viewer.may_supervise or viewer.may_administer) or viewer.store_ids is not None:
        raise ForbiddenError("What was learned is for supervisors and administrators.")
    return viewer


Supervisor = Annotated[Viewer, Depends(require_supervisor)]
router = APIRouter()


@router.get(LEARNED_URL)
def show_learned(request: Request, session: CurrentSession, viewer: Supervisor, state: Asked = "") -> Response:
    chosen = read_state(state)
    page = learned_page(viewer, learning.list_learned(session, viewer.brand_id, chosen), chosen)
    return render(request, "supervise/learned.html", page)


@router.post(LEARNED_URL + "/{alias_id}/state")
def decide(
    request: Request, hand: ActingHand, viewer: Supervisor, alias_id: RowId, state: Chosen = "", back: Chosen = ""
) -> Response:
    """Use a name, or do not, whatever the votes say; an empty state lets the votes decide again."""
    chosen = read_state(state) if state else None
    learning.decide_alias(hand.session, viewer.brand_id, alias_id, chosen, by=viewer.name, now=hand.now)
    words = {
        "active": "It is used from now on.",
        "retired": "It is not used any more.",
        None: "The votes decide again.",
    }
    flash = Flash(words.get(chosen, "It waits for votes."))
    return see_other(request, f"{LEARNED_URL}?state={read_state(back)}", flash)


@router.post(LEARNED_URL + "/votes/{vote_id}/withdrawal")
def withdraw_vote(
    request: Request, hand: ActingHand, viewer: Supervisor, vote_id: RowId, back: Chosen = ""
) -> Response:
    learning.undo_vote(hand.session, viewer.brand_id, vote_id, now=hand.now)
    flash = Flash("The vote is taken back, and its effect with it.", "info")
    return see_other(request, f"{LEARNED_URL}?state={read_state(back)}", flash)
