"""How triage does, for whoever runs the queues: the page, and taking a correction back from it."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from localcare.inbox.dependencies import ActingHand, CurrentPolicy, RowId
from localcare.inbox.pages.triage_report import REPORT_URL, triage_report_page
from localcare.inbox.routes.learned import Supervisor, require_supervisor
from localcare.inbox.service import correcting
from localcare.people.dependencies import CurrentSession, Now
from localcare.triage import reporting
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.get(REPORT_URL)
def show_report(request: Request, session: CurrentSession, viewer: Supervisor, now: Now) -> Response:
    brand_id = viewer.brand_id
    page = triage_report_page(
        viewer,
        reporting.count_week(session, brand_id, reporting.this_week(now)),
        reporting.list_weeks(session, brand_id),
        reporting.list_latest_labels(session, brand_id),
    )
    return render(request, "supervise/triage.html", page)


@router.post(REPORT_URL + "/{case_id}/withdrawal", dependencies=[Depends(require_supervisor)])
def take_back(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    correcting.take_back(hand, case_id, policy)
    return see_other(request, REPORT_URL, Flash("Taken back. Triage’s own word holds again.", "info"))
