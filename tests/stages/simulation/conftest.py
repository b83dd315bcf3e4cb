"""The page of staffing, and people who open it."""

import pytest
from fastapi import FastAPI

from localcare.kit.runtime import Runtime
from localcare.simulation.routes import router
from tests.pageclient import PageClient
from tests.stages.desk import Desk
from tests.stages.inbox.conftest import SignIn, make_app, open_session


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    app = make_app(runtime)
    app.include_router(router)
    return app


@pytest.fixture
def sign_in(app: FastAPI, desk: Desk) -> SignIn:
    """A browser in which somebody of this role is signed in."""

    def signed_in(role: str) -> PageClient:
        client = PageClient(app)
        client.cookies.set("localcare", open_session(desk, desk.person(role)))
        return client

    return signed_in
