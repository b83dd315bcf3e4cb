"""People with their roles, and tokens of the API."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import InvalidError
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import PeoplePage, TokensPage, frame
from localcare.people import administration, roster, service
from localcare.people.core import Viewer
from localcare.people.core.links import own_path
from localcare.people.core.viewer import ROLE_LABELS
from localcare.people.dependencies import CurrentSession, Now
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
_SHOWN = 50
Text = Annotated[str, Form(max_length=300)]


@router.get("/people")
def show_people(
    request: Request,
    viewer: AdminReader,
    session: CurrentSession,
    now: Now,
    role: str = "",
    scope: str = "",
    q: str = "",
    after: int = 0,
) -> Response:
    page = _people_page(session, viewer, now, role=role, scope=scope, words=q, after=after)
    return render(request, "admin/people.html", page)


@router.post("/roles")
def add_person(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    email: Text = "",
    name: Text = "",
    role: Text = "",
    scope: Text = "",
    skills: Text = "",
    tier: Text = "",
    first_day: Annotated[str, Form(alias="from", max_length=20)] = "",
    last_day: Annotated[str, Form(alias="to", max_length=20)] = "",
) -> Response:
    row = {
        "email": email.strip(), "name": name, "role": role, "scope": scope.strip(), "skills": skills, "tier": tier,
        "from": first_day.strip(), "to": last_day.strip(),
    }  # fmt: skip
    try:
        roster.add_person(session, viewer, row, now=now)
    except InvalidError as error:
        page = _people_page(session, viewer, now, values=row, error=error.message)
        return render(request, "admin/people.html", page, status=422)
    label = ROLE_LABELS[role].lower()
    when = f"from {first_day.strip()} on" if first_day.strip() > now.date().isoformat() else "now"
    flash = Flash(f"{name.strip() or email.strip()} is {label} {when}. They sign in with a link mailed to them.")
    return see_other(request, f"/admin/people?{urlencode({'q': row['email']})}", flash)


@router.post("/roles/{grant_id}/end")
def end_role(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    grant_id: int,
    back: Text = "/admin/people",
) -> Response:
    held = administration.end_role(session, viewer, grant_id, now=now)
    flash = Flash(f"{held.email} is no longer {ROLE_LABELS[held.role].lower()} ({held.scope}).", "info")
    return see_other(request, own_path(back), flash)


@router.get("/tokens")
def show_tokens(request: Request, viewer: AdminReader, session: CurrentSession) -> Response:
    tokens = administration.list_api_tokens(session, viewer)
    page = TokensPage(title="Tokens of the API", tokens=tokens, **frame(viewer, "/admin/tokens"))
    return render(request, "admin/tokens.html", page)


@router.post("/tokens")
def create_token(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    name: Text = "",
    scope: Annotated[list[str] | None, Form()] = None,
) -> Response:
    try:
        if not name.strip():
            raise InvalidError("Write who uses the token.")
        secret = service.create_api_token(session, viewer, name.strip(), scope or [], now)
    except InvalidError as error:
        page = TokensPage(
            title="Tokens of the API",
            tokens=administration.list_api_tokens(session, viewer),
            name=name,
            chosen=tuple(scope or ()),
            error=error.message,
            **frame(viewer, "/admin/tokens"),
        )
        return render(request, "admin/tokens.html", page, status=422)
    return see_other(request, "/admin/tokens", Flash(f"Copy it now, it is not shown again: {secret}"))


@router.post("/tokens/{token_id}/revocation")
def revoke_token(request: Request, viewer: Administrator, session: CurrentSession, now: Now, token_id: int) -> Response:
    name = administration.revoke_api_token(session, viewer, token_id, now=now)
    return see_other(request, "/admin/tokens", Flash(f"The token “{name}” opens nothing any more.", "info"))


def _people_page(
    session: Session,
    viewer: Viewer,
    now: Now,
    *,
    role: str = "",
    scope: str = "",
    words: str = "",
    after: int = 0,
    values: dict[str, str] | None = None,
    error: str = "",
) -> PeoplePage:
    today = now.date()
    found = administration.list_colleagues(
        session,
        viewer,
        today=today,
        role=role or None,
        scope=scope.strip() or None,
        words=words.strip() or None,
        after_id=after,
        limit=_SHOWN + 1,
    )
    following = {"role": role, "scope": scope, "q": words, "after": found[_SHOWN - 1].id} if len(found) > _SHOWN else {}
    return PeoplePage(
        title="People",
        people=found[:_SHOWN],
        role=role,
        scope=scope,
        words=words,
        counts={count.role: count.persons for count in administration.count_roles(session, viewer, today=today)},
        more_href=f"/admin/people?{urlencode(following)}" if following else "",
        values=values or {},
        error=error,
        **frame(viewer, "/admin/people"),
    )
