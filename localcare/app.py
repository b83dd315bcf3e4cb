"""The web process: every door, page and answer of localcare, assembled."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from importlib import import_module

from fastapi import APIRouter, Depends, FastAPI

from localcare import __version__
from localcare.intake.group_commit import GroupCommit
from localcare.intake.service import backlog
from localcare.kit.db import ALL_BRANDS, server_version
from localcare.kit.opening import open_runtime, require_head, require_safe, require_secret
from localcare.kit.runtime import Runtime
from localcare.people.core.viewer import Viewer as Person
from localcare.settings import Settings, get_settings
from localcare.web import health
from localcare.web.errors import add_error_handlers
from localcare.web.health import MetricsMiddleware, ReadyCheck
from localcare.web.pages import Shell, Viewer
from localcare.web.parts import NavItem
from localcare.web.security import SecurityMiddleware, SecurityPolicy, csrf_protected, refuse_nul
from localcare.web.static import static_files

ROUTERS = (
    "localcare.intake.routes",
    "localcare.intake.mail_routes",
    "localcare.people.routes",
    "localcare.privacy.routes",
    "localcare.inbox.routes",
    "localcare.inbox.supervise_routes",
    "localcare.inbox.centre_routes",
    "localcare.inbox.surge_routes",
    "localcare.simulation.routes",
    "localcare.inbox.admin.routes",
    "localcare.insight.routes",
    "localcare.digests.routes",
    "localcare.stores.api",
    "localcare.people.api",
    "localcare.intake.api",
    "localcare.routing.api",
    "localcare.inbox.api",
    "localcare.web.apidocs",
)
DEVELOPMENT_ROUTERS = ("localcare.web.styleguide", "localcare.digests.dev_routes", "localcare.demo.routes")

_NOW = NavItem("Now", "/", "house")
_CASES = NavItem("Cases", "/cases", "inbox")
_SUPERVISE = NavItem("Queues", "/supervise", "gauge")
_STORES = NavItem("Stores", "/regions", "chart-column")
_ADMIN = NavItem("Administration", "/admin", "settings")
_RULES = NavItem("Rules", "/admin/rules", "list-checks", beside=("/admin/models",))
_NAVIGATION = {
    "administrator": (_ADMIN, _CASES, _SUPERVISE, _STORES),
    "auditor": (_ADMIN, _CASES),
    "supervisor": (_SUPERVISE, _CASES, _STORES, _RULES),
    "agent": (_NOW, _CASES),
    "lead": (_STORES, _CASES),
}
_STORE_NAVIGATION = (_NOW, _CASES)


def create_app(runtime: Runtime | None = None) -> FastAPI:
    """The application. Without a `runtime` it opens its own from the settings when it starts."""
    settings = runtime.settings if runtime else get_settings()
    app = FastAPI(
        title="localcare",
        version=__version__,
        docs_url=None,
        openapi_url="/api/openapi.json",
        redoc_url=None,
        lifespan=_lifespan(runtime, settings),
        dependencies=[Depends(csrf_protected), Depends(refuse_nul)],
    )
    if runtime is not None:
        _hand_out(app, runtime)
    _add_middleware(app, settings)
    add_error_handlers(app)
    app.mount("/static", static_files(), name="static")
    for router in _routers(settings):
        app.include_router(router)
    return app


def _lifespan(runtime: Runtime | None, settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            if runtime is None:
                require_safe(settings)
                _hand_out(app, stack.enter_context(open_runtime(settings, application="localcare web")))
            group_commit: GroupCommit = app.state.group_commit
            await group_commit.start()
            try:
                yield
            finally:
                await group_commit.stop()

    return running


def _hand_out(app: FastAPI, runtime: Runtime) -> None:
    app.state.runtime = runtime
    app.state.group_commit = GroupCommit(runtime.db.url)
    app.state.ready_checks = _ready_checks(runtime)
    app.state.shell = Shell(
        navigation=navigation,
        clock=runtime.clock,
        sign_in_url="/sign-in",
        sign_out_url="/sign-out",
        alarm_url="/crises",
        demo=runtime.settings.dev,
    )


def _routers(settings: Settings) -> list[APIRouter]:
    """Every router by dotted name, in one place, so that a module loads only with the process that serves it."""
    names = [*ROUTERS, *(DEVELOPMENT_ROUTERS if settings.dev else ())]
    return [health.router, *(import_module(name).router for name in names)]


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    policy = SecurityPolicy(
        secret=require_secret(settings),
        base_url=settings.base_url,
        csrf_exempt=("/webhooks/", "/api/", "/digests/unsubscribe/"),
        body_caps={"/webhooks/": 17 * 2**20, "/admin/imports": 64 * 2**20, "/admin/rules/bring": 8 * 2**20},
    )
    app.state.security = policy
    app.add_middleware(SecurityMiddleware, policy=policy)
    app.add_middleware(MetricsMiddleware)


def navigation(viewer: Viewer) -> tuple[NavItem, ...]:
    """Where a person can go, by their weightiest role."""
    role = viewer.role if isinstance(viewer, Person) else ""
    return _NAVIGATION.get(role, _STORE_NAVIGATION)


def _ready_checks(runtime: Runtime) -> tuple[ReadyCheck, ...]:
    def database() -> str:
        with runtime.db.session(ALL_BRANDS, viewer="readiness") as session:
            return server_version(session)

    def migrations() -> str:
        require_head(runtime.db)
        return "at head"

    def queue_lag() -> str:
        with runtime.db.session(ALL_BRANDS, viewer="readiness") as session:
            count, age = backlog(session, runtime.clock.now())
        return f"{count} events wait, the oldest for {age.total_seconds():.0f} s"

    return (
        ReadyCheck("database", database),
        ReadyCheck("migrations", migrations),
        ReadyCheck("queue", queue_lag),
    )
