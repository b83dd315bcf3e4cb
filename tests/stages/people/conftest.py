"""A small application that has sign-in and a few pages and API routes behind it."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import text

from localcare.errors import ConflictError
from localcare.kit.runtime import Runtime
from localcare.people.core import Viewer
from localcare.people.dependencies import ApiScope, ApiSession, CurrentSession, CurrentViewer, RequireRole
from localcare.people.routes import SIGN_IN_URL, SIGN_OUT_URL, router
from localcare.web.errors import add_error_handlers
from localcare.web.pages import Shell
from localcare.web.security import SecurityMiddleware, SecurityPolicy, csrf_protected
from localcare.web.static import static_files
from tests.pageclient import PageClient

HOME = "http://testserver"


def make_app(runtime: Runtime, base_url: str = HOME) -> FastAPI:
    app = FastAPI(dependencies=[Depends(csrf_protected)], openapi_url=None)
    policy = SecurityPolicy("secret" * 8, base_url)
    app.state.runtime = runtime
    app.state.security = policy
    app.state.shell = Shell(clock=runtime.clock, sign_in_url=SIGN_IN_URL, sign_out_url=SIGN_OUT_URL)
    app.add_middleware(SecurityMiddleware, policy=policy)
    add_error_handlers(app)
    app.include_router(router)
    app.mount("/static", static_files())
    app.add_api_route("/", show_home)
    app.add_api_route("/stores/{store_id}", show_home)
    app.add_api_route("/admin", show_home, dependencies=[Depends(RequireRole("administrator"))])
    app.add_api_route("/visible", list_visible)
    app.add_api_route("/half-done", write_and_fail)
    app.add_api_route("/fails-at-commit", fail_at_commit)
    app.add_api_route("/api/v1/people", list_people)
    return app


def show_home(viewer: CurrentViewer) -> dict[str, object]:
    return {
        "name": viewer.name,
        "brand": viewer.brand_name,
        "stores": None if viewer.store_ids is None else sorted(viewer.store_ids),
        "timezone": viewer.timezone,
    }


def list_visible(session: CurrentSession) -> dict[str, object]:
    people = session.execute(text("select email from person order by email")).scalars().all()
    actor = session.execute(text("select current_setting('localcare.viewer')")).scalar_one()
    return {"people": list(people), "actor": actor}


def write_and_fail(session: CurrentSession) -> None:
    session.execute(text("update person set name = 'Changed'"))
    raise ConflictError("No.")


def fail_at_commit(session: CurrentSession) -> None:
    session.execute(text("create temporary table twice (id integer unique deferrable initially deferred)"))
    session.execute(text("insert into twice values (1), (1)"))


def list_people(viewer: Annotated[Viewer, ApiScope("people:read")], session: ApiSession) -> dict[str, object]:
    people = session.execute(text("select email from person order by email")).scalars().all()
    return {"people": list(people), "actor": viewer.actor, "role": viewer.role}


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return make_app(runtime)


@pytest.fixture
def browser(app: FastAPI) -> PageClient:
    return PageClient(app)
