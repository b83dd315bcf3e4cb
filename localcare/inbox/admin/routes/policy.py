"""The routing policy: what it says, another one checked and put in force, and the way back."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.errors import InvalidError, NotFoundError
from localcare.inbox.admin import repository
from localcare.inbox.admin.dependencies import Administrator, AdminReader
from localcare.inbox.admin.pages import PolicyPage, VersionLine, frame, promise_lines, rule_lines
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, Now
from localcare.people.service import audit
from localcare.routing.checking import require_sound
from localcare.routing.models import PolicyVersion
from localcare.routing.schemas import read_policy
from localcare.routing.service import put_policy_in_force, shipped_policy_text
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
_URL = "/admin/policy"


@router.get("/policy")
def show_policy(request: Request, viewer: AdminReader, session: CurrentSession) -> Response:
    return render(request, "admin/policy.html", _page(session, viewer))


@router.post("/policy")
def change_policy(
    request: Request,
    viewer: Administrator,
    session: CurrentSession,
    now: Now,
    body: Annotated[str, Form(max_length=200_000)] = "",
    do: Annotated[Literal["check", "apply"], Form()] = "check",
) -> Response:
    text = body.replace("\r\n", "\n").strip() + "\n"
    try:
        require_sound(text)
    except InvalidError as error:
        return render(request, "admin/policy.html", _page(session, viewer, body=text, faults=error.message), status=422)
    if do == "check":
        return render(request, "admin/policy.html", _page(session, viewer, body=text, checked=True))
    version = put_policy_in_force(session, viewer.brand_id, text, created_by=viewer.name, now=now)
    audit(session, viewer, "put a policy in force", f"policy:{version}", now)
    return see_other(
        request, _URL, Flash(f"Version {version} is in force. Cases that are there already stay where they are.")
    )


@router.post("/policy/versions/{version}/restoration")
def restore_policy(
    request: Request, viewer: Administrator, session: CurrentSession, now: Now, version: int
) -> Response:
    """An old version comes back as a new one, so that the history only grows; 0 is the shipped one."""
    body = shipped_policy_text() if version == 0 else _get_body(session, viewer, version)
    new = put_policy_in_force(session, viewer.brand_id, body, created_by=viewer.name, now=now)
    audit(session, viewer, "put a policy in force", f"policy:{new}", now, restored=version)
    return see_other(request, _URL, Flash(f"Version {version} is in force again, as version {new}."))


def _get_body(session: Session, viewer: Viewer, version: int) -> str:
    policy = repository.find_policy(session, viewer.brand_id, version)
    if policy is None:
        raise NotFoundError(f"There is no version {version} of the policy.")
    return policy.body


def _page(
    session: Session, viewer: Viewer, *, body: str | None = None, faults: str = "", checked: bool = False
) -> PolicyPage:
    kept = repository.list_policies(session, viewer.brand_id)
    active = next((policy for policy in kept if policy.active), None)
    text = active.body if active else shipped_policy_text()
    shown = read_policy(body if checked and body else text)
    return PolicyPage(
        title="Routing policy",
        rules=rule_lines(shown),
        promises=promise_lines(shown),
        hours=f"{shown.store_opens:%H:%M} to {shown.store_closes:%H:%M}",
        version=active.version if active else 0,
        body=text if body is None else body,
        faults=faults,
        checked=checked,
        versions=_versions(kept, active),
        **frame(viewer, _URL),
    )


def _versions(kept: list[PolicyVersion], active: PolicyVersion | None) -> tuple[VersionLine, ...]:
    lines = [VersionLine(each.version, each.created_by, each.created_at, each.active) for each in kept]
    return (*lines, VersionLine(0, "localcare", None, active is None))
