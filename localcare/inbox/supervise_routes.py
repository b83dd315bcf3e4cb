"""The supervisor's board, at a desk and on a wall; its live part asks again while somebody looks."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.dependencies import CurrentPolicy
from localcare.inbox.supervise_pages import BOARD_URL, board_page
from localcare.inbox.supervise_service import open_board
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.web.pages import render

router = APIRouter(include_in_schema=False)


@router.get(BOARD_URL)
def show_board(
    request: Request, session: CurrentSession, viewer: CurrentViewer, policy: CurrentPolicy, now: Now, wall: str = ""
) -> Response:
    page = board_page(viewer, open_board(session, viewer, policy, now), wall=wall == "1")
    return render(request, "supervise/board.html", page, fragment="supervise/_board.html")
