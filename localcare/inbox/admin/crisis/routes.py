"""The crisis webhook over HTTP: set and removed, tried, posts that were given up tried again."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import InvalidError
from localcare.inbox.admin.crisis.pages import CrisisHookPage, hook_facts, post_lines
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import frame
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentRuntime, CurrentSession, Now
from localcare.people.service import audit
from localcare.routing import hooks
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
HOME = "/admin/crisis"


@router.get("/crisis")
def show_hook(request: Request, viewer: AdminReader, session: CurrentSession) -> Response:
    return render(request, "admin/crisis/hook.html", _page(session, viewer))


@router.post("/crisis")
def set_hook(
    request: Request, viewer: Administrator, session: CurrentSession, runtime: CurrentRuntime, now: Now,
    url: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    """The secret is shown in this answer and never again."""
    settings = runtime.settings
    try:
        secret = hooks.set_hook(
            session, viewer.brand_id, url, runtime.cipher, by=viewer.name, now=now, dev=settings.dev
        )
    except InvalidError as refused:
        page = _page(session, viewer, error=refused.message, typed=url)
        return render(request, "admin/crisis/hook.html", page, status=422)
    audit(session, viewer, "set the crisis webhook", f"brand:{viewer.brand_id}", now, url=url.strip())
    return render(request, "admin/crisis/hook.html", _page(session, viewer, secret=secret))


@router.post("/crisis/removal")
def remove_hook(request: Request, viewer: Administrator, session: CurrentSession, now: Now) -> Response:
    hooks.remove_hook(session, viewer.brand_id)
    audit(session, viewer, "removed the crisis webhook", f"brand:{viewer.brand_id}", now)
    return see_other(request, HOME, Flash("Crises are posted nowhere any more.", "info"))


@router.post("/crisis/test")
def send_test(request: Request, viewer: Administrator, session: CurrentSession, now: Now) -> Response:
    if not hooks.owe_posts(session, viewer.brand_id, [None], event=hooks.TEST, wave=1, now=now):
        raise InvalidError("Set an address first.")
    return see_other(request, HOME, Flash("A test is on its way: its state stands below.", "info"))


@router.post("/crisis/posts/{post_id}/retry")
def retry(
    request: Request, viewer: Administrator, session: CurrentSession, now: Now,
    post_id: Annotated[int, Path(ge=1, lt=2**63)],
) -> Response:  # fmt: skip
    hooks.try_again(session, viewer.brand_id, post_id, now=now)
    return see_other(request, HOME, Flash("It is tried again."))


def _page(session: Session, viewer: Viewer, *, error: str = "", typed: str = "", secret: str = "") -> CrisisHookPage:
    url, changed_by, changed_at = hook_facts(hooks.find_hook(session, viewer.brand_id))
    return CrisisHookPage(
        title="Crisis webhook",
        url=url,
        changed_by=changed_by,
        changed_at=changed_at,
        posts=post_lines(hooks.list_posts(session, viewer.brand_id)),
        error=error,
        typed=typed,
        secret=secret,
        **frame(viewer, HOME),
    )
