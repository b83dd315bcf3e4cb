"""What each network lets a program do, and whether what was taken away is back."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.channels.facebook.probing import list_probes, outcome_since
from localcare.inbox.admin.capabilities_pages import OUTCOMES, CapabilitiesPage, network_capabilities
from localcare.inbox.admin.dependencies import AdminReader
from localcare.inbox.admin.pages import frame
from localcare.people.dependencies import CurrentSession
from localcare.web.pages import render

router = APIRouter()


@router.get("/capabilities")
def show_capabilities(request: Request, viewer: AdminReader, session: CurrentSession) -> Response:
    page = CapabilitiesPage(
        title="Capabilities",
        networks=network_capabilities(),
        probes=list_probes(session, viewer.brand_id),
        since=outcome_since(session, viewer.brand_id),
        outcomes=OUTCOMES,
        **frame(viewer, "/admin/capabilities"),
    )
    return render(request, "admin/capabilities.html", page)
