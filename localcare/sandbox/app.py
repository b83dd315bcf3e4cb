"""The stand-in over HTTP: Graph itself, the buttons for tests under `/_sandbox`, and pages to act as a customer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcare.sandbox.admin import admin_routes
from localcare.sandbox.delivery import Habits
from localcare.sandbox.graph import Graph
from localcare.sandbox.http import graph_endpoint
from localcare.sandbox.refusals import GraphRefusal
from localcare.sandbox.sender import Sender
from localcare.sandbox.site import site_routes
from localcare.sandbox.standing import Standing
from localcare.sandbox.world import World

METHODS = ["GET", "POST", "DELETE"]


def create_sandbox_app(
    world: World,
    *,
    habits: Habits | None = None,
    client: httpx.AsyncClient | None = None,
    callback_url: str | None = None,
) -> Starlette:
    """The ASGI app of one world. It sends webhooks while its lifespan runs, with `client` or one of its own.

    With `callback_url` the app and every Page are subscribed at once, without a handshake: the demo starts both sides.
    """
    own_client = client or httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=16))
    standing = Standing(world, Graph(world), Sender(world, own_client, habits=habits))
    if callback_url:
        world.callback_url = callback_url
        world.subscribe_all()
    routes = [
        *site_routes(standing),
        *admin_routes(standing),
        Route("/{path:path}", graph_endpoint(standing), methods=METHODS),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lambda _: _running(standing, own_client),
        exception_handlers={GraphRefusal: _refused, ValidationError: _unreadable},
    )
    app.state.standing = standing
    return app


@contextlib.asynccontextmanager
async def _running(standing: Standing, client: httpx.AsyncClient) -> AsyncIterator[None]:
    task = asyncio.create_task(standing.sender.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await client.aclose()


async def _refused(_: Request, refusal: Exception) -> Response:
    body = refusal.body("A") if isinstance(refusal, GraphRefusal) else {}
    return JSONResponse(body, 404)


async def _unreadable(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 422)
