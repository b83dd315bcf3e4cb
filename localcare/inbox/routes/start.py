"""The first page, by role, and the next case."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.dependencies import ActingHand, CurrentPolicy
from localcare.inbox.pages.start import agent_start_page, store_start_page
from localcare.inbox.service.moves import take_next
from localcare.inbox.service.start import find_start_elsewhere, open_agent_start, open_store_start
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.get("/")
def show_start(request: Request, session: CurrentSession, viewer: CurrentViewer, now: Now) -> Response:
    elsewhere = find_start_elsewhere(session, viewer, now)
    if elsewhere:
        return see_other(request, elsewhere)
    if viewer.role == "agent":
        page = agent_start_page(viewer, open_agent_start(session, viewer, now), now)
        return render(request, "inbox/start_agent.html", page, fragment="inbox/_start_agent.html")
    start = store_start_page(viewer, open_store_start(session, viewer, now), now)
    return render(request, "inbox/start_store.html", start, fragment="inbox/_start_store.html")


@router.post("/next-case")
def take_next_case(request: Request, hand: ActingHand, policy: CurrentPolicy) -> Response:
    found = take_next(hand, policy)
    if found.is_full:
        return see_other(request, "/", Flash("Your hands are full: answer one of your cases, or put one back.", "warn"))
    if found.case_id is None:
        return see_other(request, "/", Flash("Nobody waits in your queues. Well done.", "info"))
    return see_other(request, f"/cases/{found.case_id}", Flash("This case is yours now."))
