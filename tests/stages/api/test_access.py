"""Who may ask what, and how refusals look."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from localcare.kit.db import ALL_BRANDS
from tests.factories import make_brand, make_person, make_store
from tests.stages.api.conftest import Program
from tests.stages.desk import Desk

LISTS = ("stores", "pages", "mentions", "cases", "queues", "events", "people")


@pytest.mark.parametrize("path", [*LISTS, "cases/1", "stores/1"])
def test_without_a_token_it_is_401(program: Callable[..., Program], path: str) -> None:
    problem = program().get(path, status=401)
    assert problem["status"] == 401
    assert "token" in problem["detail"]


@pytest.mark.parametrize("path", LISTS)
def test_a_token_without_the_scope_is_403_and_says_which(program: Callable[..., Program], path: str) -> None:
    other = "people:read" if path != "people" else "stores:read"
    assert f"{path}:read" in program(other).get(path, status=403)["detail"]


@pytest.mark.parametrize("path", LISTS)
def test_the_scope_of_a_list_opens_it(program: Callable[..., Program], path: str) -> None:
    assert program(f"{path}:read").get(path) == {"items": [], "next": None}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["x", "bm9wZQ", "W10", "eyJhIjoxfQ", "WyJ4Iiwi", "WyJ4IiwxXQ"])
def test_a_cursor_of_our_making_is_not_accepted_from_others(reader: Program, path: str, cursor: str) -> None:
    assert "cursor" in reader.get(path, status=422, cursor=cursor)["detail"]


@pytest.mark.parametrize("limit", [0, 201, "all"])
def test_a_limit_out_of_bounds_is_named(reader: Program, limit: int) -> None:
    assert "limit" in reader.get("cases", status=422, limit=limit)["detail"]


def test_nothing_of_another_brand_is_seen(reader: Program, desk: Desk) -> None:
    with desk.database.session(ALL_BRANDS) as session:
        other = make_brand(session)
        make_store(session, other, number="9999")
        make_person(session, other, "agent")
    assert reader.get("stores")["items"] == reader.get("people")["items"] == []
    reader.get("stores/9999", status=404)


def test_every_route_is_described(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    assert {path.removeprefix("/api/v1/") for path in paths} >= set(LISTS)
    for path, methods in paths.items():
        for method, described in methods.items():
            assert described["description"], (method, path)
            assert {"200", "401", "403", "422"} <= set(described["responses"])
            assert described["security"], path
