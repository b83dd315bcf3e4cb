"""The doors as an application of their own, in one event loop, and senders who sign what they bring."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import httpx
from fastapi import FastAPI

from localcare.intake.group_commit import GroupCommit
from localcare.intake.routes import router
from localcare.kit.runtime import Runtime
from localcare.web.errors import add_error_handlers
from localcare.web.security import SecurityMiddleware, SecurityPolicy

APP_SECRET = "facebook-app-secret-for-tests-0001"
FACEBOOK = "/webhooks/facebook"


def make_app(runtime: Runtime, url: str | None = None) -> FastAPI:
    """The doors. `url` is where deliveries are stored, the runtime's database without it."""
    app = FastAPI()
    policy = SecurityPolicy("secret" * 8, "http://testserver", body_caps={"/webhooks/": 17 * 2**20})
    app.state.runtime, app.state.security = runtime, policy
    app.state.group_commit = GroupCommit(url or runtime.db.url)
    app.add_middleware(SecurityMiddleware, policy=policy)
    add_error_handlers(app)
    app.include_router(router)
    return app


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running doors."""
    group_commit: GroupCommit = app.state.group_commit
    await group_commit.start()
    try:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=30) as client:
            yield client
    finally:
        await group_commit.stop()


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    """What Meta, or a source with its secret, writes into the header."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """The headers of one of Meta's deliveries."""
    return {"X-Hub-Signature-256": signature(body, secret), "Content-Type": "application/json"}
