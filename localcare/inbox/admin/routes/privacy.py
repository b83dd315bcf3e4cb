"""Customers who ask to be forgotten: find what they wrote, look, forget it; and what was asked before."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from localcare.errors import CareError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.privacy_pages import PrivacyPage
from localcare.people.dependencies import CurrentSession, Now
from localcare.privacy import service
from localcare.privacy.core import Wish
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash
from localcare.web.words import plural

router = APIRouter()
_HERE = "/admin/privacy"
Text = Annotated[str, Form(max_length=2_000)]


@router.get("/privacy")
def show_privacy(
    request: Request, viewer: AdminReader, session: CurrentSession, by: str = "name", sought: str = ""
) -> Response:
    found, error = [], ""
    if sought.strip():
        try:
            found = service.find_mentions(session, viewer, _wish(by, sought))
        except CareError as refusal:
            error = refusal.message
    page = PrivacyPage(
        title="Privacy",
        by=by,
        sought=sought,
        found=found,
        error=error,
        is_cut=len(found) == service.MOST_FOUND,
        erasures=service.list_erasures(session),
        **frame(viewer, _HERE),
    )
    return render(request, "admin/privacy.html", page, status=422 if error else 200)


@router.post("/privacy/erasures")
def forget(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    by: Text = "name",
    sought: Text = "",
    mention: Annotated[list[int] | None, Form()] = None,
) -> Response:
    back = f"{_HERE}?{urlencode({'by': by, 'sought': sought})}"
    if not mention:
        return see_other(request, back, Flash("Tick what shall be forgotten first.", "bad"))
    erasure = service.forget_mentions(session, viewer, _wish(by, sought), mention, now=now)
    count = erasure.counts.get("mentions")
    words = plural(count, "mention") if isinstance(count, int) else ""
    flash = Flash(f"{words} forgotten. The customer can look it up at /deletion/{erasure.code}.")
    return see_other(request, _HERE, flash)


def _wish(by: str, sought: str) -> Wish:
    return Wish(**{by if by in ("name", "link", "id") else "name": sought})
