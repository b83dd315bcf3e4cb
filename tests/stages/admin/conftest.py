"""The administration as an application of its own, and browsers of those who may and may not look after it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import Depends, FastAPI
from sqlmodel import select

from localcare.inbox.admin.routes import router
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.runtime import Runtime
from localcare.people.models import AuditEntry
from localcare.web.errors import add_error_handlers
from localcare.web.pages import Shell
from localcare.web.security import SecurityMiddleware, SecurityPolicy, csrf_protected
from localcare.web.static import static_files
from tests.pageclient import PageClient
from tests.stages.desk import Desk
from tests.stages.inbox.conftest import open_session
from tests.stages.pipeline.conftest import Town, town, triager

__all__ = ["Town", "town", "triager"]


@dataclass(frozen=True)
class Office:
    """A brand whose administrator sits at a screen."""

    desk: Desk
    app: FastAPI

    def browser(self, role: str = "administrator", **facts: object) -> PageClient:
        """A browser in which somebody of this role is signed in."""
        client = PageClient(self.app)
        person = self.desk.person(role, **{"name": "Dana Whitfield", **facts})
        client.cookies.set("localcare", open_session(self.desk, person))
        return client

    def audit(self) -> list[tuple[str, str]]:
        """What was written down: (action, subject)."""
        with self.desk.database.session(ALL_BRANDS) as session:
            entries = session.exec(select(AuditEntry).order_by(AuditEntry.id))  # type: ignore[arg-type]
            return [(entry.action, entry.subject) for entry in entries]


def make_app(runtime: Runtime) -> FastAPI:
    policy = SecurityPolicy("secret" * 8, "http://testserver", body_caps={"/admin/imports": 64 * 2**20})
    app = FastAPI(dependencies=[Depends(csrf_protected)], openapi_url=None)
    app.state.security, app.state.runtime = policy, runtime
    app.state.shell = Shell(clock=runtime.clock, sign_in_url="/sign-in")
    app.add_middleware(SecurityMiddleware, policy=policy)
    add_error_handlers(app)
    app.mount("/static", static_files())
    app.include_router(router)
    return app


@pytest.fixture
def office(runtime: Runtime, desk: Desk) -> Office:
    return Office(desk, make_app(runtime))


@pytest.fixture
def admin(office: Office) -> PageClient:
    """An administrator's browser."""
    return office.browser()


Work = Callable[[], None]


@pytest.fixture
def work(town: Town, database: Database, clock: SetClock) -> Work:
    """Works all events in."""

    def until_done() -> None:
        while town.pipeline.work_batch().events:
            pass

    return until_done
