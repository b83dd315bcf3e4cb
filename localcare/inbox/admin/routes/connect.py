"""Connecting the brand to Facebook: bring a token, have the Pages found, have them subscribed, watch."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import SecretStr

from localcare.channels.facebook.client import GraphError
from localcare.channels.facebook.connecting import begin_connection
from localcare.channels.facebook.core.report import Phase
from localcare.channels.facebook.core.tokens import token_of
from localcare.channels.facebook.discovering import Doors
from localcare.channels.facebook.ordering import order_work
from localcare.errors import CareError
from localcare.inbox.admin.connect_pages import HERE, Refused, connect_page
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentRuntime, CurrentSession, Now
from localcare.people.service import audit
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
Number = Annotated[str, Form(max_length=40)]
_TEMPLATE = "admin/connect.html"


@router.get("/connect")
def show_connection(
    request: Request, viewer: AdminReader, session: CurrentSession, now: Now, step: str = ""
) -> Response:
    page = connect_page(session, viewer, now, wants_token=step == "token")
    return render(request, _TEMPLATE, page, fragment="admin/_connect.html")


@router.post("/connection")
def bring_token(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    runtime: CurrentRuntime,
    now: Now,
    token: Annotated[SecretStr, Form()],
    page_id: Number = "",
    business_id: Number = "",
) -> Response:
    typed = {"page_id": page_id.strip(), "business_id": business_id.strip()}
    try:
        given = token_of(token.get_secret_value())
        doors = Doors((typed["page_id"],) if typed["page_id"] else (), typed["business_id"] or None)
        looked = begin_connection(runtime, viewer.brand_id, given, doors, by=_name(viewer))
    except CareError as error:
        words = f"Facebook could not be asked. {error}" if isinstance(error, GraphError) else error.message
        page = connect_page(session, viewer, now, refused=Refused(error=words, typed=typed))
        return render(request, _TEMPLATE, page, status=422)
    if not looked.is_usable:
        page = connect_page(session, viewer, now, refused=Refused(tuple(looked.findings), typed=typed))
        return render(request, _TEMPLATE, page, status=422)
    audit(session, viewer, "brought a Facebook token", "facebook", now, kind=looked.facts.kind, whose=looked.name)
    return see_other(request, HERE)


@router.post("/connection/search")
def search_pages(request: Request, viewer: Administrator, session: CurrentSession, now: Now) -> Response:
    return _order(request, viewer, session, now, "finding", "had Facebook Pages found")


@router.post("/connection/subscription")
def subscribe_found(request: Request, viewer: Administrator, session: CurrentSession, now: Now) -> Response:
    return _order(request, viewer, session, now, "subscribing", "had Facebook Pages subscribed")


def _order(request: Request, viewer: Viewer, session: CurrentSession, now: Now, phase: Phase, action: str) -> Response:
    try:
        order_work(session, viewer.brand_id, phase, by=_name(viewer), now=now)
    except CareError as error:
        return see_other(request, HERE, Flash(error.message, "warn"))
    audit(session, viewer, action, "facebook", now)
    return see_other(request, HERE)


def _name(viewer: Viewer) -> str:
    return viewer.name or viewer.email
