"""The whole API over a brand at work, and programs with tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from localcare.inbox import api as inbox_api
from localcare.intake import api as intake_api
from localcare.kit.runtime import Runtime
from localcare.people import api as people_api
from localcare.people import service
from localcare.people.core import SystemViewer
from localcare.routing import api as routing_api
from localcare.stores import api as stores_api
from localcare.web.errors import add_error_handlers
from localcare.web.security import SecurityMiddleware, SecurityPolicy
from tests.pageclient import PageClient
from tests.stages.desk import Desk


@dataclass(frozen=True)
class Program:
    """A program that asks with a token, or without one."""

    client: PageClient
    token: str | None

    def get(self, path: str, status: int = 200, **parameters: str | int) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.client.request("GET", f"/api/v1/{path}", headers=headers, params=parameters)
        assert answer.status_code == status, answer.text
        kind = answer.headers["content-type"]
        assert kind == ("application/json" if status == 200 else "application/problem+json"), kind
        return answer.json()

    def walk(self, path: str, **parameters: str | int) -> list[Any]:
        """Every item, page after page."""
        items, cursor = [], ""
        for _ in range(100):
            body = self.get(path, **parameters, **({"cursor": cursor} if cursor else {}))
            items += body["items"]
            cursor = body["next"]
            if cursor is None:
                return items
        raise AssertionError("the list does not end")


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    policy = SecurityPolicy("secret" * 8, "http://testserver")
    app = FastAPI(openapi_url="/api/openapi.json")
    app.state.security, app.state.runtime = policy, runtime
    app.add_middleware(SecurityMiddleware, policy=policy)
    add_error_handlers(app)
    for part in (stores_api, people_api, intake_api, routing_api, inbox_api):
        app.include_router(part.router)
    return app


@pytest.fixture
def program(app: FastAPI, desk: Desk) -> Callable[..., Program]:
    """A program of the brand whose token has these scopes; none at all without any."""

    def with_scopes(*scopes: str) -> Program:
        if not scopes:
            return Program(PageClient(app), None)
        with desk.database.session(desk.brand_id) as session:
            viewer = SystemViewer(desk.brand_id)
            return Program(PageClient(app), service.create_api_token(session, viewer, "crm", scopes, desk.clock.now()))

    return with_scopes


@pytest.fixture
def reader(program: Callable[..., Program]) -> Program:
    """A program that may read everything."""
    return program("read")
