"""What routes ask for: the viewer, and a session that is walled to the viewer's brand.

One request is one transaction. It begins open to all brands, because a cookie does not say whose it is; as soon as the
viewer is known it is that viewer's, and it is committed before the answer leaves (`scope="function"`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from localcare.errors import ForbiddenError, UnauthenticatedError
from localcare.kit.db import ALL_BRANDS, Session, set_actor
from localcare.kit.runtime import Runtime
from localcare.people import service
from localcare.people.core import Viewer
from localcare.people.core.links import scope_covers
from localcare.web.security import SecurityPolicy

_bearer = HTTPBearer(auto_error=False, description="A token from `localcare token create`")


def get_runtime(request: Request) -> Runtime:
    """What this process has at hand."""
    runtime: Runtime = request.app.state.runtime
    return runtime


CurrentRuntime = Annotated[Runtime, Depends(get_runtime)]


def get_now(runtime: CurrentRuntime) -> datetime:
    """The request's time."""
    return runtime.clock.now()


Now = Annotated[datetime, Depends(get_now)]


def session_cookie(request: Request) -> str:
    """The value of the sign-in cookie, or "" without one."""
    policy: SecurityPolicy = request.app.state.security
    return request.cookies.get(policy.session_cookie, "")


def open_transaction(runtime: CurrentRuntime) -> Iterator[Session]:
    """The request's transaction, committed before the answer; of all brands until somebody is known."""
    with runtime.db.session(ALL_BRANDS, viewer="sign-in") as session:
        yield session


OpenTransaction = Annotated[Session, Depends(open_transaction, scope="function")]
"""For sign-in and what else works without a viewer. Everything else asks for a CurrentSession or an ApiSession."""


def find_viewer(request: Request, session: OpenTransaction, now: Now) -> Viewer | None:
    """Who is signed in, if anybody; the transaction is theirs from here on, and the frame of error pages too."""
    cookie = session_cookie(request)
    viewer = service.viewer_of_session(session, cookie, now) if cookie else None
    if viewer is not None:
        set_actor(session, viewer.brand_id, viewer=viewer.actor)
        request.state.viewer = viewer
    return viewer


MaybeViewer = Annotated[Viewer | None, Depends(find_viewer)]


def current_viewer(viewer: MaybeViewer) -> Viewer:
    """Who is signed in; pages send everybody else to the sign-in page, programs get 401."""
    if viewer is None:
        raise UnauthenticatedError("Please sign in to open this page.")
    return viewer


CurrentViewer = Annotated[Viewer, Depends(current_viewer)]


def current_session(session: OpenTransaction, _: CurrentViewer) -> Session:
    """The request's transaction, walled to the viewer's brand."""
    return session


CurrentSession = Annotated[Session, Depends(current_session)]


class RequireRole:
    """`Depends(RequireRole("supervisor"))`, or as a router's dependency: 403 unless one of these roles is held."""

    def __init__(self, *roles: str) -> None:
        self._roles = frozenset(roles)

    def __call__(self, viewer: CurrentViewer) -> Viewer:
        if not self._roles & viewer.roles:
            raise ForbiddenError(f"This page is for a {' or '.join(sorted(self._roles))}.")
        return viewer


def find_program(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    session: OpenTransaction,
    now: Now,
) -> Viewer:
    """The program behind a bearer token; the transaction is its brand's from here on."""
    viewer = service.viewer_of_token(session, credentials.credentials, now) if credentials else None
    if viewer is None:
        raise UnauthenticatedError("Send a token as `Authorization: Bearer …`; `localcare token create` makes one.")
    set_actor(session, viewer.brand_id, viewer=viewer.actor)
    request.state.viewer = viewer
    return viewer


def api_viewer(wanted: SecurityScopes, viewer: Annotated[Viewer, Depends(find_program)]) -> Viewer:
    """The program that asks: 401 without a good token, 403 when it was not given the scope."""
    missing = [scope for scope in wanted.scopes if not scope_covers(viewer.api_scopes, scope)]
    if missing:
        raise ForbiddenError(f"This token lacks the scope {' '.join(missing)}.")
    return viewer


def api_session(session: OpenTransaction, _: Annotated[Viewer, Depends(find_program)]) -> Session:
    """The request's transaction, walled to the token's brand."""
    return session


ApiSession = Annotated[Session, Depends(api_session)]


def ApiScope(scope: str) -> Callable[..., Viewer]:  # noqa: N802 (reads as a marker: `Annotated[Viewer, ApiScope("cases:read")]`)
    """The viewer of an API route that needs this scope."""
    marker: Callable[..., Viewer] = Security(api_viewer, scopes=[scope])
    return marker
