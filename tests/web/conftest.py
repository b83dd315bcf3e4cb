"""A small application with everything of localcare/web and nothing of any stage."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from localcare.errors import ConflictError, UnauthenticatedError
from localcare.kit.clock import SetClock
from localcare.web import health, styleguide
from localcare.web.errors import add_error_handlers
from localcare.web.limits import RateLimit
from localcare.web.pages import ConfirmPage, Shell, Viewer, render, see_other
from localcare.web.parts import Flash, NavItem
from localcare.web.security import SecurityMiddleware, SecurityPolicy, csrf_protected
from localcare.web.static import static_files
from tests.pageclient import PageClient

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Ana:
    """A viewer."""

    name: str = "Ana Reyes"
    role_label: str = "Store manager"
    brand_name: str = "Northwind"
    timezone: str = "America/Chicago"


def navigation(viewer: Viewer) -> tuple[NavItem, ...]:
    return (NavItem("Start", "/", "house"), NavItem(f"{viewer.role_label} cases", "/cases", "inbox", 3, alarm=True))


routes = APIRouter()


def make_app(base_url: str = "http://testserver") -> FastAPI:
    policy = SecurityPolicy("secret" * 8, base_url, body_caps={"/big": 64})
    app = FastAPI(dependencies=[Depends(csrf_protected)], openapi_url=None)
    app.state.security = policy
    app.state.shell = Shell(
        navigation=navigation, clock=SetClock(NOON), sign_in_url="/sign-in", sign_out_url="/sign-out"
    )
    app.add_middleware(SecurityMiddleware, policy=policy)
    app.add_middleware(health.MetricsMiddleware)
    add_error_handlers(app)
    app.include_router(health.router)
    app.include_router(styleguide.router)
    app.mount("/static", static_files())
    app.include_router(routes)
    app.add_api_route("/limited", answer_nothing, dependencies=[Depends(RateLimit("2/minute", "test"))])
    return app


@routes.get("/confirm")
def ask(request: Request) -> HTMLResponse:
    page = ConfirmPage(
        title="Close the case?",
        viewer=Ana(),
        question="Marcus has not been answered.",
        action="/closure",
        confirm_label="Close it",
        cancel_href="/",
        fields={"reason": "spam"},
    )
    return render(request, "web/confirm.html", page, fragment="web/_notices.html")


@routes.post("/closure")
def close(request: Request, reason: Annotated[str, Form()]) -> RedirectResponse:
    return see_other(request, "/confirm", Flash(f"Closed as {reason}.", action_label="Undo", action_url="/undo"))


@routes.post("/big")
async def take(request: Request) -> int:
    return len(await request.body())


@routes.post("/webhooks/x")
async def hook(request: Request) -> int:
    return len(await request.body())


@routes.get("/taken")
def taken() -> None:
    raise ConflictError("Bo answered four minutes ago.")


@routes.get("/mine")
def mine() -> None:
    raise UnauthenticatedError("Sign in first.")


@routes.get("/crash")
def crash() -> None:
    raise RuntimeError("the details are not for people")


@routes.get("/numbers/{number}")
def show_number(number: int) -> int:
    return number


def answer_nothing() -> None:
    return None


@pytest.fixture
def app() -> FastAPI:
    return make_app()


@pytest.fixture
def client(app: FastAPI) -> PageClient:
    return PageClient(app, crashes=False)
