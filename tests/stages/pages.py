"""The pages of some stages as an application of their own."""

from collections.abc import Mapping
from copy import copy
from functools import cache
from types import ModuleType

from fastapi import Depends, FastAPI
from starlette.datastructures import State

from localcare.kit.runtime import Runtime
from localcare.web.errors import add_error_handlers
from localcare.web.pages import Shell
from localcare.web.security import SecurityMiddleware, SecurityPolicy, csrf_protected
from localcare.web.static import static_files


def page_app(runtime: Runtime, *routes: ModuleType, body_caps: Mapping[str, int] | None = None) -> FastAPI:
    """The `router` of these modules and nothing of the stages beside them.

    FastAPI works out a route when it is first asked, 3 ms each; so the routes are put together once in a process, and
    every application has only its state for itself.
    """
    assembled = _assemble(routes, tuple((body_caps or {}).items()))
    app = copy(assembled)
    app.middleware_stack, app.state = None, State()
    app.state.security, app.state.runtime = assembled.state.security, runtime
    app.state.shell = Shell(clock=runtime.clock, sign_in_url="/sign-in")
    return app


@cache
def _assemble(routes: tuple[ModuleType, ...], body_caps: tuple[tuple[str, int], ...]) -> FastAPI:
    app = FastAPI(dependencies=[Depends(csrf_protected)], openapi_url=None)
    app.state.security = SecurityPolicy("secret" * 8, "http://testserver", body_caps=dict(body_caps))
    app.add_middleware(SecurityMiddleware, policy=app.state.security)
    add_error_handlers(app)
    app.mount("/static", static_files())
    for module in routes:
        app.include_router(module.router)
    return app
