"""Meta's callbacks about people who had signed in to our app, and the page where they look their request up."""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlmodel import select

from localcare.app import create_app
from localcare.channels.facebook.models import FacebookConnection
from localcare.channels.facebook.signed_request import make_signed_request
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.runtime import Runtime
from localcare.mentions.models import Erasure
from localcare.people.models import Brand
from tests.pageclient import PageClient

APP_SECRET = "facebook-app-secret-for-tests-0001"


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    settings = runtime.settings.model_copy(update={"facebook_app_secret": SecretStr(APP_SECRET)})
    return create_app(replace(runtime, settings=settings))


@pytest.fixture
def connection(database: Database, brand: Brand, clock: SetClock) -> None:
    """Jo Haas once connected the brand's Pages."""
    now = clock.now()
    assert brand.id is not None
    with database.session(brand.id) as session:
        session.add(
            FacebookConnection(
                brand_id=brand.id, kind="user", token_encrypted=b"sealed", subject_id="218471", subject_name="Jo Haas",
                state="connected", health="ok", since=now, updated_at=now,
            )
        )  # fmt: skip


def the_connection(database: Database) -> FacebookConnection:
    with database.session(ALL_BRANDS) as session:
        return session.exec(select(FacebookConnection)).one()


def test_deletion_forgets_who_connected_and_gives_a_page_to_look_it_up(
    app: FastAPI, connection: None, database: Database
) -> None:
    client = PageClient(app)
    asked = {"signed_request": make_signed_request("218471", APP_SECRET)}
    answer = client.request("POST", "/webhooks/facebook/deletion", data=asked)
    assert answer.status_code == 200
    told = answer.json()
    assert set(told) == {"url", "confirmation_code"}
    assert told["url"].endswith(f"/deletion/{told['confirmation_code']}")
    known = the_connection(database)
    assert (known.subject_id, known.subject_name, known.token_encrypted, known.state) == (None, None, b"", "revoked")
    page = client.get(f"/deletion/{told['confirmation_code']}")
    assert "has been carried out" in page.text
    assert "Haas" not in page.text
    with database.session(ALL_BRANDS) as session:
        assert "218471" not in str(session.exec(select(Erasure)).one())


def test_somebody_we_never_knew_gets_an_answer_that_says_so(app: FastAPI, database: Database) -> None:
    client = PageClient(app)
    asked = {"signed_request": make_signed_request("999", APP_SECRET)}
    told = client.request("POST", "/webhooks/facebook/deletion", data=asked).json()
    assert "Nothing was stored" in client.get(f"/deletion/{told['confirmation_code']}").text


def test_an_app_that_was_removed_has_no_token_any_more(app: FastAPI, connection: None, database: Database) -> None:
    asked = {"signed_request": make_signed_request("218471", APP_SECRET)}
    assert PageClient(app).request("POST", "/webhooks/facebook/deauthorize", data=asked).status_code == 200
    known = the_connection(database)
    assert (known.token_encrypted, known.state, known.health) == (b"", "revoked", "token")
    assert "Connect again" in known.health_detail


@pytest.mark.parametrize("door", ["deletion", "deauthorize"])
@pytest.mark.parametrize("given", ["", "x.y", make_signed_request("218471", "another secret")])
def test_forgeries_change_nothing(app: FastAPI, connection: None, database: Database, door: str, given: str) -> None:
    answer = PageClient(app).request("POST", f"/webhooks/facebook/{door}", data={"signed_request": given})
    assert answer.status_code == 401
    assert the_connection(database).state == "connected"


def test_a_guessed_code_is_not_found(app: FastAPI) -> None:
    assert "no request with this code" in PageClient(app).get("/deletion/guess", status=404).text
