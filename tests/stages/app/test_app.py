"""The application as a whole: what is open, what is guarded, what answers without a person."""

from collections.abc import Iterable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from localcare.app import create_app
from localcare.kit.runtime import Runtime
from tests.pageclient import PageClient

EXEMPT = ("/webhooks/", "/api/", "/digests/unsubscribe/")


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return create_app(runtime)


def every_route(routes: Iterable[object], prefix: str = "") -> Iterator[tuple[str, APIRoute]]:
    """(path, route): included routers keep their routes to themselves, so walk down into them."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield prefix + route.path, route
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from every_route(inner.routes, prefix + route.include_context.prefix)  # type: ignore[attr-defined]


def changing_routes(app: FastAPI) -> list[tuple[str, str]]:
    return [
        (method, path)
        for path, route in every_route(app.routes)
        for method in route.methods
        if method not in ("GET", "HEAD", "OPTIONS") and not path.startswith(EXEMPT)
    ]


def test_every_form_is_refused_without_its_token(app: FastAPI) -> None:
    client = PageClient(app)
    answers = {
        f"{method} {path}": client.request(method, path.replace("{", "").replace("}", "")).status_code
        for method, path in changing_routes(app)
    }
    assert answers
    assert {path: status for path, status in answers.items() if status != 403} == {}


@pytest.mark.parametrize("path", ["/", "/cases", "/cases/1", "/stores/4001", "/supervise", "/admin", "/regions"])
def test_pages_send_strangers_to_sign_in(app: FastAPI, path: str) -> None:
    response = PageClient(app).request("GET", path, follow=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/api/docs", "/api/openapi.json"])
def test_what_answers_without_a_person(app: FastAPI, path: str) -> None:
    assert PageClient(app).request("GET", path).status_code == 200


def test_readiness_names_what_is_missing(empty_database: object, runtime: Runtime, app: FastAPI) -> None:
    body = PageClient(app).request("GET", "/readyz").json()
    assert {check["name"] for check in body["checks"]} == {"database", "migrations", "queue"}


@pytest.mark.parametrize("path", ["/api/v1/cases?store=%00", "/api/v1/stores/%00", "/api/v1/mentions?store=a%00b"])
def test_a_nul_in_the_api_is_refused_and_not_asked_of_the_database(app: FastAPI, path: str) -> None:
    assert PageClient(app).request("GET", path, headers={"accept": "application/json"}).status_code == 422
