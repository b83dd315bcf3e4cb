"""Tokens of every kind: what they open, how they die, what is silently empty with the wrong one."""

import hashlib
import hmac
from datetime import timedelta

import pytest

from localcare.kit.clock import SetClock
from localcare.sandbox.graph import Graph
from localcare.sandbox.objects import SCOPES, TokenKind
from localcare.sandbox.snapshot import dump_world, load_world
from localcare.sandbox.tokens import make_login, subcode_of
from localcare.sandbox.world import World
from tests.sandbox.asking import ask, body_of, get
from tests.sandbox.conftest import BRAND, OTHER_STORE, STORE


@pytest.fixture
def graph(world: World) -> Graph:
    return Graph(world)


def rows(graph: Graph, path: str, token: str) -> list[dict[str, object]]:
    data = body_of(ask(graph, "GET", path, token=token))["data"]
    assert isinstance(data, list)
    return data


def error_of(graph: Graph, method: str, path: str, token: str, **params: str) -> tuple[object, object]:
    error = body_of(ask(graph, method, path, token=token, **params))["error"]
    assert isinstance(error, dict)
    return error["code"], error.get("error_subcode")


def test_a_person_gets_tokens_of_their_own_for_the_pages_they_chose(graph: Graph, world: World) -> None:
    login = make_login(world, name="Casey", pages=(STORE,))
    (row,) = rows(graph, "me/accounts?fields=id,access_token,tasks", login.value)
    assert row["id"] == STORE
    assert row["access_token"] != world.pages[STORE].access_token
    assert "MODERATE" in row["tasks"]  # type: ignore[operator]
    assert body_of(ask(graph, "GET", "me", token=login.value))["name"] == "Casey"
    assert body_of(ask(graph, "GET", STORE, token=str(row["access_token"])))["id"] == STORE


def test_what_a_login_gave_dies_with_it(graph: Graph, world: World) -> None:
    login = make_login(world)
    token = str(rows(graph, "me/accounts?fields=access_token", login.value)[0]["access_token"])
    login.broken = 460
    assert error_of(graph, "GET", "me/accounts", login.value) == (190, 460)
    assert error_of(graph, "GET", STORE, token) == (190, 460)


def test_a_short_lived_login_gives_short_lived_tokens(graph: Graph, world: World, clock: SetClock) -> None:
    short = make_login(world, expires_at=clock.now() + timedelta(hours=1))
    long = make_login(world, expires_at=clock.now() + timedelta(days=60))
    tokens = [
        str(rows(graph, "me/accounts?fields=access_token", login.value)[1]["access_token"]) for login in (short, long)
    ]
    clock.advance(timedelta(hours=2))
    assert [subcode_of(world, world.tokens[token]) for token in tokens] == [463, None]
    assert error_of(graph, "GET", STORE, tokens[0]) == (190, 463)


def test_debug_token_tells_kind_scopes_times_and_choice(graph: Graph, world: World, clock: SetClock) -> None:
    ends = clock.now() + timedelta(days=60)
    login = make_login(world, scopes=SCOPES[:2], pages=(STORE,), expires_at=ends, data_access_expires_at=ends)
    data = body_of(ask(graph, "GET", f"debug_token?input_token={login.value}", token=world.app_token))["data"]
    assert isinstance(data, dict)
    assert (data["type"], data["is_valid"], data["scopes"]) == ("USER", True, list(SCOPES[:2]))
    assert data["expires_at"] == data["data_access_expires_at"] == int(ends.timestamp())
    assert data["granular_scopes"][0] == {"scope": SCOPES[0], "target_ids": [STORE]}
    clock.advance(timedelta(days=61))
    data = body_of(ask(graph, "GET", f"debug_token?input_token={login.value}", token=world.app_token))["data"]
    assert isinstance(data, dict)
    assert (data["is_valid"], data["error"]["subcode"]) == (False, 463)


def test_without_permission_lists_are_empty_or_refused_as_graph_does(graph: Graph, world: World) -> None:
    business = world.app.business_id
    bare = make_login(world, kind=TokenKind.SYSTEM, scopes=()).value
    assert rows(graph, "me/accounts", bare) == []
    assert error_of(graph, "GET", f"{business}/owned_pages", bare) == (200, None)
    assert len(rows(graph, f"{business}/owned_pages?fields=id,access_token", world.system_token)) == 4
    world.pages[OTHER_STORE].is_owned = False
    assert len(rows(graph, f"{business}/owned_pages", world.system_token)) == 3


def test_a_page_that_is_not_assigned_is_seen_without_a_token(graph: Graph, world: World) -> None:
    world.pages[STORE].is_assigned = False
    found = {
        row["id"]: "access_token" in row
        for row in rows(graph, f"{BRAND.id}/locations?fields=id,access_token", world.system_token)
    }
    assert found[STORE] is False
    assert found[OTHER_STORE] is True
    assert STORE not in {row["id"] for row in rows(graph, "me/accounts", world.system_token)}


@pytest.mark.parametrize(
    ("lacking", "fields", "refused"),
    [
        ("pages_messaging", '["feed","messages"]', True),
        ("pages_messaging", '["feed"]', False),
        ("pages_manage_metadata", '["feed"]', True),
    ],
)
def test_a_field_needs_its_permission(graph: Graph, world: World, lacking: str, fields: str, refused: bool) -> None:
    login = make_login(world, scopes=tuple(scope for scope in SCOPES if scope != lacking), pages=(STORE,))
    token = str(rows(graph, "me/accounts?fields=access_token", login.value)[0]["access_token"])
    answer = body_of(ask(graph, "POST", f"{STORE}/subscribed_apps", token=token, subscribed_fields=fields))
    assert ("error" in answer) is refused
    assert bool(world.pages[STORE].subscribed_fields) is not refused


def test_without_the_task_to_moderate_names_are_withheld(graph: Graph, world: World) -> None:
    post = world.post(STORE, "No signal", author="Ana")
    assert "from" in get(world, f"{post.id}?fields=from")
    world.pages[STORE].tasks = ("MESSAGING",)
    assert "from" not in get(world, f"{post.id}?fields=from")
    assert error_of(graph, "POST", f"{post.id}/comments", world.pages[STORE].access_token, message="Hi") == (200, None)


def test_reading_what_visitors_wrote_needs_its_permission(graph: Graph, world: World) -> None:
    login = make_login(world, scopes=("pages_show_list",), pages=(STORE,))
    token = str(rows(graph, "me/accounts?fields=access_token", login.value)[0]["access_token"])
    assert error_of(graph, "GET", f"{STORE}/feed", token) == (10, None)
    assert error_of(graph, "GET", f"{STORE}/conversations", token) == (10, None)


def test_another_apps_token_fails_with_our_proof(graph: Graph, world: World) -> None:
    login = make_login(world, app_id="999")
    proof = hmac.new(world.app.secret.encode(), login.value.encode(), hashlib.sha256).hexdigest()
    assert error_of(graph, "GET", "me", login.value, appsecret_proof=proof) == (100, None)


def test_tokens_outlive_a_restart(world: World) -> None:
    login = make_login(world, pages=(STORE,))
    again = load_world(dump_world(world))
    assert again.tokens[login.value].pages == (STORE,)
