"""The inbox as an application of its own, and browsers of people who are signed in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import Depends, FastAPI

from localcare.inbox.routes import router
from localcare.kit.crypto import hash_token, new_token
from localcare.kit.runtime import Runtime
from localcare.people.models import Person, WebSession
from localcare.stores.models import Store
from localcare.web.errors import add_error_handlers
from localcare.web.pages import Shell
from localcare.web.security import SecurityMiddleware, SecurityPolicy, csrf_protected
from localcare.web.static import static_files
from tests.pageclient import PageClient
from tests.stages.desk import Desk

SignIn = Callable[..., PageClient]


def make_app(runtime: Runtime) -> FastAPI:
    """The inbox, and nothing of the stages beside it."""
    policy = SecurityPolicy("secret" * 8, "http://testserver")
    app = FastAPI(dependencies=[Depends(csrf_protected)], openapi_url=None)
    app.state.security, app.state.runtime = policy, runtime
    app.state.shell = Shell(clock=runtime.clock, sign_in_url="/sign-in")
    app.add_middleware(SecurityMiddleware, policy=policy)
    add_error_handlers(app)
    app.mount("/static", static_files())
    app.include_router(router)
    return app


def open_session(desk: Desk, person: Person, *, only: Store | None = None) -> str:
    """The cookie of somebody who is signed in; `only` is the store of the digest they came by."""
    assert person.id is not None
    token = new_token()
    with desk.database.session(None) as session:
        session.add(
            WebSession(
                token_hash=hash_token(token),
                person_id=person.id,
                brand_id=desk.brand_id,
                store_id=only.id if only else None,
                created_at=desk.clock.now(),
                expires_at=desk.clock.now() + timedelta(days=30),
            )
        )
    return token


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return make_app(runtime)


@pytest.fixture
def sign_in(app: FastAPI, desk: Desk) -> SignIn:
    """A browser in which a person is signed in."""

    def signed_in(person: Person, *, only: Store | None = None) -> PageClient:
        client = PageClient(app)
        client.cookies.set("localcare", open_session(desk, person, only=only))
        return client

    return signed_in
