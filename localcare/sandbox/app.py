"""The stand-in over HTTP: Graph itself, the buttons for tests under `/_sandbox`, and pages to act as a customer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcare.kit.clock import Clock
from localcare.sandbox.admin import admin_routes
from localcare.sandbox.delivery import Habits
from localcare.sandbox.graph import Graph
from localcare.sandbox.http import graph_endpoint
from localcare.sandbox.refusals import GraphRefusal
from localcare.sandbox.sender import Sender
from localcare.sandbox.site import site_routes
from localcare.sandbox.snapshot import dump_world
from localcare.sandbox.standing import Standing
from localcare.sandbox.world import World

METHODS = ["GET", "POST", "DELETE"]
SAVE_SECONDS = 60


def create_sandbox_app(
    world: World,
    *,
    habits: Habits | None = None,
    client: httpx.AsyncClient | None = None,
    callback_url: str | None = None,
    keep_in: Path | None = None,
    retry_clock: Clock | None = None,
) -> Starlette:
    """The ASGI app of one world. It sends webhooks while its lifespan runs, with `client` or one of its own.

    With `callback_url` the app and every Page are subscribed at once, without a handshake: the demo starts both sides.
    With `keep_in` the world is saved to that file every minute and at the end, for `snapshot.load_world` to continue.
    `retry_clock` lets the time between two attempts of a webhook pass apart from the world's.
    """
    own_client = client or httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=16))
    standing = Standing(world, Graph(world), Sender(world, own_client, habits=habits, retry_clock=retry_clock))
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
        lifespan=lambda _: _running(standing, own_client, keep_in),
        exception_handlers={GraphRefusal: _refused, ValidationError: _unreadable},
    )
    app.state.standing = standing
    return app


@contextlib.asynccontextmanager
async def _running(standing: Standing, client: httpx.AsyncClient, keep_in: Path | None) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(standing.sender.run())]
    if keep_in is not None:
        tasks.append(asyncio.create_task(_keep(standing.world, keep_in)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.aclose()
        if keep_in is not None:
            _save(standing.world, keep_in)


async def _keep(world: World, path: Path) -> None:
    while True:
        await asyncio.sleep(SAVE_SECONDS)
        _save(world, path)


def _save(world: World, path: Path) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_bytes(dump_world(world))
    fresh.replace(path)


async def _refused(_: Request, refusal: Exception) -> Response:
    body = refusal.body("A") if isinstance(refusal, GraphRefusal) else {}
    return JSONResponse(body, 404)


async def _unreadable(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 422)
