"""What is broken."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.admin.dependencies import AdminReader
from localcare.inbox.admin.overview import look_over
from localcare.inbox.admin.pages import OverviewPage, frame
from localcare.people.dependencies import CurrentRuntime, CurrentSession
from localcare.web.pages import render

router = APIRouter()


@router.get("/admin")
def show_overview(request: Request, viewer: AdminReader, session: CurrentSession, runtime: CurrentRuntime) -> Response:
    overview = look_over(session, viewer, runtime)
    page = OverviewPage(title="What is broken", overview=overview, **frame(viewer, "/admin"))
    return render(request, "admin/overview.html", page)
