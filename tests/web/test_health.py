"""Alive, ready, counted."""

from fastapi import APIRouter, FastAPI

from localcare.web.health import ReadyCheck
from tests.pageclient import PageClient


def _fail() -> str:
    raise ConnectionError("connection refused")


def test_a_process_is_alive_whatever_its_database_does(app: FastAPI, client: PageClient) -> None:
    app.state.ready_checks = [ReadyCheck("database", _fail)]
    assert client.request("GET", "/healthz").status_code == 200


def test_readiness_names_what_failed_and_why(app: FastAPI, client: PageClient) -> None:
    app.state.ready_checks = [ReadyCheck("database", _fail), ReadyCheck("migrations", lambda: "at head")]
    response = client.request("GET", "/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "checks": [
            {"name": "database", "ok": False, "detail": "connection refused"},
            {"name": "migrations", "ok": True, "detail": "at head"},
        ],
    }
    app.state.ready_checks = []
    assert client.request("GET", "/readyz").json()["status"] == "ready"


def test_requests_are_counted_by_template_with_every_prefix(app: FastAPI, client: PageClient) -> None:
    inner, outer = APIRouter(prefix="/cases"), APIRouter(prefix="/v1")
    inner.add_api_route("/{case_id}", lambda case_id: case_id)
    outer.include_router(inner)
    app.include_router(outer, prefix="/api")
    for number in range(3):
        assert client.request("GET", f"/api/v1/cases/{number}").status_code == 200
    client.request("GET", "/nowhere/1")
    lines = client.request("GET", "/metrics").text.splitlines()
    counted = [line for line in lines if line.startswith("localcare_http_request_seconds_count")]
    assert (
        'localcare_http_request_seconds_count{method="GET",route="/api/v1/cases/{case_id}",status="200"} 3.0' in counted
    )
    assert not any("nowhere" in line for line in counted)
