"""The page of staffing, and people who open it."""

import pytest
from fastapi import FastAPI

from localcare.inbox import routes as inbox_routes
from localcare.kit.runtime import Runtime
from localcare.simulation import routes
from tests.pageclient import PageClient
from tests.stages.desk import Desk
from tests.stages.inbox.conftest import SignIn, open_session
from tests.stages.pages import page_app


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return page_app(runtime, inbox_routes, routes)


@pytest.fixture
def sign_in(app: FastAPI, desk: Desk) -> SignIn:
    """A browser in which somebody of this role is signed in."""

    def signed_in(role: str) -> PageClient:
        client = PageClient(app)
        client.cookies.set("localcare", open_session(desk, desk.person(role)))
        return client

    return signed_in
