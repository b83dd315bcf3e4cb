"""A store's own page, and cases made from its feed."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.dependencies import ActingHand, Asked, CurrentPolicy, Named, RowId
from localcare.inbox.pages.start import store_page
from localcare.inbox.service.correcting import needs_answer
from localcare.inbox.service.moves import make_case
from localcare.inbox.service.start import open_store
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.get("/stores/{number}")
def show_store(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    now: Now,
    number: Named,
    show: Literal["", "praise", "complaints"] = "",
    before: Asked = "",
) -> Response:
    view = open_store(session, viewer, number, show, before=_read_position(before), now=now)
    return render(request, "inbox/store.html", store_page(viewer, view, show))


@router.post("/mentions/{mention_id}/case")
def make_mention_a_case(request: Request, hand: ActingHand, policy: CurrentPolicy, mention_id: RowId) -> Response:
    made = make_case(hand, mention_id, policy)
    if made.is_new:
        needs_answer(hand, made.case_id)
    flash = Flash("It is a case now.") if made.is_new else Flash("It has a case already: this one.", "info")
    return see_other(request, f"/cases/{made.case_id}", flash)


def _read_position(text: str) -> tuple[datetime, int] | None:
    """Where a feed goes on; the beginning for a position that nobody wrote here."""
    moment, _, mention_id = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(mention_id)) if at.tzinfo and mention_id.isdecimal() and len(mention_id) < 19 else None
