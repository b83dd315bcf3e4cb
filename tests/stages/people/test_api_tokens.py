"""Programs that ask with a bearer token."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from localcare.errors import InvalidError
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.people import service
from localcare.people.core import SystemViewer
from localcare.people.models import Brand
from tests.factories import make_brand, make_person
from tests.pageclient import PageClient


@pytest.fixture(autouse=True)
def _people_of_two_brands(database: Database, brand: Brand) -> None:
    with database.session(None) as session:
        make_person(session, brand, "manager", email="ana@pellora.example.com")
        make_person(session, make_brand(session), "manager", email="stranger@other.example")


def token_with(database: Database, brand: Brand, clock: SetClock, *scopes: str) -> str:
    assert brand.id is not None
    with database.session(brand.id) as session:
        return service.create_api_token(session, SystemViewer(brand.id), "crm", scopes, clock.now())


def ask(browser: PageClient, token: str | None) -> tuple[int, object]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = browser.request("GET", "/api/v1/people", headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("scope", ["people:read", "read"])
def test_a_token_with_the_scope_sees_its_brand(
    browser: PageClient, database: Database, brand: Brand, clock: SetClock, scope: str
) -> None:
    status, body = ask(browser, token_with(database, brand, clock, scope))
    assert (status, body) == (
        200, {"people": ["ana@pellora.example.com"], "actor": "token:1", "role": "auditor"},
    )  # fmt: skip


def test_without_a_token_or_with_a_wrong_one_it_is_401(browser: PageClient) -> None:
    assert ask(browser, None)[0] == 401
    assert ask(browser, "lc_wrong")[0] == 401


def test_without_the_scope_it_is_403_and_named(
    browser: PageClient, database: Database, brand: Brand, clock: SetClock
) -> None:
    status, body = ask(browser, token_with(database, brand, clock, "cases:read", "cases:write"))
    assert status == 403
    assert "people:read" in str(body)


def test_a_revoked_token_is_no_token(browser: PageClient, database: Database, brand: Brand, clock: SetClock) -> None:
    token = token_with(database, brand, clock, "read")
    with database.session(brand.id) as session:
        session.execute(text("update api_token set revoked_at = now()"))
    assert ask(browser, token)[0] == 401


def test_the_secret_is_kept_nowhere_and_its_use_is_noted_once_an_hour(
    browser: PageClient, database: Database, brand: Brand, clock: SetClock
) -> None:
    token = token_with(database, brand, clock, "read")
    first_use = clock.now()
    ask(browser, token)
    clock.advance(timedelta(minutes=59))
    ask(browser, token)
    with database.session(brand.id) as session:
        kept = session.execute(text("select api_token::text, last_used_at from api_token")).one()
        audit = session.execute(text("select string_agg(a::text, ' ') from audit_entry a")).scalar_one()
    assert kept[1] == first_use
    assert token not in kept[0]
    assert token not in audit


def test_an_unknown_scope_is_refused_with_those_there_are(database: Database, brand: Brand, clock: SetClock) -> None:
    with pytest.raises(InvalidError, match=r"cases:eat.*cases:read"):
        token_with(database, brand, clock, "cases:eat")
