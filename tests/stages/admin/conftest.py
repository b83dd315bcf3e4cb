"""The administration as an application of its own, and browsers of those who may and may not look after it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from sqlmodel import select

from localcare.inbox.admin import routes
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.runtime import Runtime
from localcare.people.models import AuditEntry
from tests.pageclient import PageClient
from tests.stages.desk import Desk
from tests.stages.inbox.conftest import open_session
from tests.stages.pages import page_app
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
    return page_app(runtime, routes, body_caps={"/admin/imports": 64 * 2**20})


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
