"""Pages of sign-in. GET never signs in, and says the same about known and unknown addresses."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from localcare.people import service
from localcare.people.core.links import LINK_LIFE, Link, own_path
from localcare.people.dependencies import MaybeViewer, Now, OpenTransaction, session_cookie
from localcare.people.pages import LinkSentPage, SignInPage, continue_page
from localcare.web.limits import RateLimit
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash
from localcare.web.security import SecurityPolicy

SIGN_IN_URL = "/sign-in"
SIGN_OUT_URL = "/sign-out"
_OVER = "This link has been used, or its time is over. Write your e-mail address and we send you a new one."

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def show_sign_in(request: Request, viewer: MaybeViewer, next: str = "/") -> Response:  # noqa: A002 (the address says next)
    if viewer is not None and viewer.limited_to_store is None:
        return see_other(request, own_path(next))
    return render(request, "people/sign_in.html", SignInPage(title="Sign in", next_url=own_path(next)))


@router.post("/sign-in", dependencies=[Depends(RateLimit("30/minute", "sign-in"))])
def ask_for_link(
    request: Request,
    session: OpenTransaction,
    email: Annotated[str, Form(max_length=254)],
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    service.request_sign_in(session, email, next)
    minutes = int(LINK_LIFE["sign-in"].total_seconds() // 60)
    page = LinkSentPage(title="Look into your mail", email=email.strip(), minutes=minutes)
    return render(request, "people/link_sent.html", page)


@router.get("/sign-in/{token}")
@router.get("/d/{token}")
def show_link(
    request: Request, session: OpenTransaction, viewer: MaybeViewer, now: Now, token: str, to: str = ""
) -> Response:
    link = service.find_link(session, token)
    if link is not None and viewer is not None and _is_needless(link, viewer.person_id, viewer.limited_to_store):
        return see_other(request, _target(link, to))
    if link is None or not link.is_open(now):
        return _over(request, link, to)
    page = continue_page(link, action=request.url.path, target=_target(link, to))
    return render(request, "people/continue.html", page)


@router.post("/sign-in/{token}")
@router.post("/d/{token}")
def use_link(
    request: Request, session: OpenTransaction, now: Now, token: str, to: Annotated[str, Form()] = ""
) -> Response:
    signed_in = service.consume_link(session, token, now, target=to)
    if signed_in is None:
        return _over(request, service.find_link(session, token), to)
    response = see_other(request, signed_in.target)
    policy: SecurityPolicy = request.app.state.security
    response.set_cookie(
        policy.session_cookie,
        signed_in.token,
        max_age=int(signed_in.life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=policy.is_https,
    )
    return response


@router.post("/sign-out")
def sign_out(request: Request, session: OpenTransaction) -> Response:
    service.end_session(session, session_cookie(request))
    response = see_other(request, SIGN_IN_URL, Flash("You are signed out."))
    policy: SecurityPolicy = request.app.state.security
    response.delete_cookie(policy.session_cookie, secure=policy.is_https, httponly=True, samesite="lax")
    return response


def _is_needless(link: Link, person_id: int | None, limited_to_store: int | None) -> bool:
    """Whether this browser already has what the link would give."""
    return link.person_id == person_id and limited_to_store in (None, link.store_id)


def _target(link: Link, to: str) -> str:
    return own_path(to) if to else link.target


def _over(request: Request, link: Link | None, to: str) -> Response:
    next_url = _target(link, to) if link else own_path(to)
    page = SignInPage(title="Get a new link", next_url=next_url, notice=_OVER)
    return render(request, "people/sign_in.html", page, status=410)
