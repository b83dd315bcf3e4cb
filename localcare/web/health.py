"""Whether this process lives, whether it can work, and how it has been doing: `/healthz`, `/readyz`, `/metrics`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

router = APIRouter(include_in_schema=False)

_requests = Histogram(
    "localcare_http_request_seconds",
    "Time to the end of an answer, by route template; its _count is the number of requests",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_by_label: dict[tuple[str, str, str], Histogram] = {}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class ReadyCheck:
    """One thing that must hold before work is sent here. `run` returns a detail for people, or raises with the reason."""

    name: str
    run: Callable[[], str]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found."""

    name: str
    ok: bool
    detail: str


@router.get("/healthz")
async def answer_alive() -> PlainTextResponse:
    """The process answers; nothing else is asked, so that a slow database does not get it killed."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def answer_ready(request: Request) -> JSONResponse:
    """Run every check of `app.state.ready_checks`; 503 names those that failed."""
    checks: Sequence[ReadyCheck] = getattr(request.app.state, "ready_checks", ())
    results = [run_check(check) for check in checks]
    ready = all(result.ok for result in results)
    content = {"status": "ready" if ready else "not ready", "checks": [asdict(result) for result in results]}
    return JSONResponse(content, status_code=200 if ready else 503)


@router.get("/metrics")
def show_metrics() -> Response:
    """Everything counted in this process, in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def run_check(check: ReadyCheck) -> CheckResult:
    """The check's result; whatever it raises is a reason not to be ready, never a crash."""
    try:
        return CheckResult(check.name, ok=True, detail=check.run())
    except Exception as error:  # noqa: BLE001 (any failure means the same here)
        return CheckResult(check.name, ok=False, detail=str(error) or type(error).__name__)


class MetricsMiddleware:
    """Counts requests and their time by route template: addresses with ids in them would grow without end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = "500"
        started = perf_counter()

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        finally:
            _histogram(scope, status).observe(perf_counter() - started)


def _histogram(scope: Scope, status: str) -> Histogram:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    labels = (method, _route_of(scope), status)
    if labels not in _by_label:
        _by_label[labels] = _requests.labels(*labels)
    return _by_label[labels]


def _route_of(scope: Scope) -> str:
    route = scope.get("route")
    if route is None:
        return "static" if scope["path"].startswith("/static/") else "other"
    template: str = getattr(route, "path", "other")
    # A route of an included router knows only its own part; the prefix it hangs under is what the address has before it.
    prefix_parts = scope["path"].count("/") - template.count("/")
    prefix = "/".join(scope["path"].split("/")[: prefix_parts + 1]) if ":path}" not in template else ""
    return prefix + template
