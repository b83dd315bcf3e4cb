"""The page of staffing; its live part asks again while a month is being played."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlmodel import Session

from localcare.errors import ConflictError
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.simulation import service
from localcare.simulation.pages import STAFFING_URL, StaffingPage, shown_page
from localcare.simulation.schemas import StaffingForm, faults_of
from localcare.web.pages import render, see_other, wants_fragment
from localcare.web.parts import Flash

router = APIRouter(include_in_schema=False)


@router.get(STAFFING_URL)
def show_staffing(request: Request, session: CurrentSession, viewer: CurrentViewer, now: Now) -> Response:
    page = _page(session, viewer, now)
    response = render(request, "simulation/staffing.html", page, fragment="simulation/_progress.html")
    if wants_fragment(request) and page.progress is None:
        response.headers["HX-Refresh"] = "true"
    return response


async def read_fields(request: Request) -> dict[str, str]:
    """What was typed, as it was: it comes back with the page when something of it cannot be."""
    form = await request.form()
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(read_fields)]


@router.post(f"{STAFFING_URL}/runs")
def ask_for_month(
    request: Request, session: CurrentSession, viewer: CurrentViewer, now: Now, values: Fields
) -> Response:
    try:
        given = StaffingForm.model_validate(values).assumptions()
        service.ask(session, viewer, given, now)
    except ValidationError as error:
        errors = faults_of(error)
        page = _page(session, viewer, now, values=values, errors=errors)
        return render(request, "simulation/staffing.html", page, status=422)
    except ConflictError as error:
        return see_other(request, STAFFING_URL, Flash(error.message, "warn"))
    return see_other(request, STAFFING_URL, Flash("The month is being played. This page shows how far it is."))


def _page(
    session: Session,
    viewer: Viewer,
    now: Now,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> StaffingPage:
    return shown_page(viewer, service.open_staffing(session, viewer, now), values=values, errors=errors)
