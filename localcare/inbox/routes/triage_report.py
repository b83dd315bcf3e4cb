"""How triage does, for whoever runs the queues: the page, and taking a correction back from it."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from localcare.inbox.dependencies import ActingHand, Asked, CurrentPolicy, RowId
from localcare.inbox.pages.triage_report import REPORT_URL, chosen_week, triage_report_page
from localcare.inbox.routes.learned import Supervisor, require_supervisor
from localcare.inbox.service import correcting
from localcare.people.dependencies import CurrentSession, Now
from localcare.triage import reporting, switching
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.get(REPORT_URL)
def show_report(request: Request, session: CurrentSession, viewer: Supervisor, now: Now, week: Asked = "") -> Response:
    brand_id, latest = viewer.brand_id, reporting.this_week(now)
    monday = chosen_week(week, latest)
    page = triage_report_page(
        viewer,
        reporting.read_week(session, brand_id, monday),
        reporting.list_weeks(session, brand_id, before=monday),
        reporting.list_latest_labels(session, brand_id, week=None if monday == latest else monday),
        latest=latest,
        off=switching.find_off(session, brand_id),
    )
    return render(request, "supervise/triage.html", page)


@router.post(REPORT_URL + "/{case_id}/withdrawal", dependencies=[Depends(require_supervisor)])
def take_back(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    correcting.take_back(hand, case_id, policy)
    return see_other(request, REPORT_URL, Flash("Taken back. Triage’s own word holds again.", "info"))
