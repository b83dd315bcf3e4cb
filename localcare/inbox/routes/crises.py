"""Crises that call: who may answer for them sees them on every page, and says “I have it”."""

import re
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.cases.crisis import list_ringing
from localcare.inbox.dependencies import ActingHand, RowId, UsualPolicy
from localcare.inbox.pages.crises import crises_page
from localcare.inbox.service import moves
from localcare.inbox.surge_pages import SURGE_URL, surge_line
from localcare.inbox.surge_service import find_surge
from localcare.people.dependencies import CurrentSession, CurrentViewer
from localcare.replies.approving import count_to_decide
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.get("/crises")
def show_crises(request: Request, session: CurrentSession, viewer: CurrentViewer, policy: UsualPolicy) -> Response:
    # the page of surges says itself that one is on
    shown = urlsplit(request.headers.get("HX-Current-URL", "")).path
    approvals = count_to_decide(session, viewer) if shown != "/approvals" else 0
    on = find_surge(session, viewer.brand_id) if shown != SURGE_URL else None
    page = crises_page(
        viewer,
        list_ringing(session, viewer),
        on_screen=_case_of(shown),
        to_approve=approvals,
        surge=surge_line(viewer, on, policy) if on else "",
    )
    return render(request, "inbox/crises.html", page, fragment="inbox/_crises.html")


def _case_of(path: str) -> int:
    """The case whose page this is, 0 where it is none."""
    found = re.fullmatch(r"/cases/([0-9]{1,18})", path)
    return int(found[1]) if found else 0


@router.post("/cases/{case_id}/acknowledgement")
def acknowledge(request: Request, hand: ActingHand, case_id: RowId) -> Response:
    is_first = moves.have_crisis(hand, case_id)
    words = "You have it: nobody else is paged." if is_first else "Somebody has it already: see the history."
    return see_other(request, f"/cases/{case_id}", Flash(words, "good" if is_first else "info"))
