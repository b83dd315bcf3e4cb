"""Meta's callbacks about people, and the page where anybody with a code sees what became of a request."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, Response

from localcare.channels.facebook.service import app_secrets
from localcare.channels.facebook.signed_request import read_signed_request
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime
from localcare.privacy import callbacks, service
from localcare.privacy.pages import wish_page
from localcare.web.limits import RateLimit
from localcare.web.pages import render

router = APIRouter(include_in_schema=False)
SignedRequestForm = Annotated[str, Form(max_length=8_192)]


@router.post("/webhooks/facebook/deletion")
def delete_data(request: Request, signed_request: SignedRequestForm = "") -> Response:
    """Meta's data deletion callback: done at once, with the address where the person can look it up."""
    runtime: Runtime = request.app.state.runtime
    asked = read_signed_request(signed_request, app_secrets(runtime.settings))
    with runtime.db.session(ALL_BRANDS, viewer="Meta") as session:
        code = callbacks.delete_login(session, asked.user_id, now=runtime.clock.now()).code
    url = f"{runtime.settings.base_url.rstrip('/')}/deletion/{code}"
    return JSONResponse({"url": url, "confirmation_code": code})


@router.post("/webhooks/facebook/deauthorize")
def end_access(request: Request, signed_request: SignedRequestForm = "") -> Response:
    """Meta's deauthorize callback: the tokens that came from this person are dead."""
    runtime: Runtime = request.app.state.runtime
    asked = read_signed_request(signed_request, app_secrets(runtime.settings))
    with runtime.db.session(ALL_BRANDS, viewer="Meta") as session:
        callbacks.end_login(session, asked.user_id, now=runtime.clock.now())
    return Response(status_code=200)


@router.get("/deletion/{code}", dependencies=[Depends(RateLimit("60/minute", "deletion"))])
def show_wish(request: Request, code: str) -> Response:
    """What became of a request, in words."""
    runtime: Runtime = request.app.state.runtime
    with runtime.db.session(ALL_BRANDS, viewer="public") as session:
        page = wish_page(service.find_erasure(session, code))
    return render(request, "privacy/wish.html", page)
