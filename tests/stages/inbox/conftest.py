"""The inbox as an application of its own, and browsers of people who are signed in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI

from localcare.inbox import routes
from localcare.kit.crypto import hash_token, new_token
from localcare.kit.runtime import Runtime
from localcare.people.models import Person, WebSession
from localcare.stores.models import Store
from tests.pageclient import PageClient
from tests.stages.desk import Desk
from tests.stages.pages import page_app

SignIn = Callable[..., PageClient]


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
    return page_app(runtime, routes)


@pytest.fixture
def sign_in(app: FastAPI, desk: Desk) -> SignIn:
    """A browser in which a person is signed in."""

    def signed_in(person: Person, *, only: Store | None = None) -> PageClient:
        client = PageClient(app)
        client.cookies.set("localcare", open_session(desk, person, only=only))
        return client

    return signed_in
