"""The brand Page's list of store Pages, and the ways in which its pages mislead whoever turns them."""

import pytest

from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.graph import Graph
from localcare.sandbox.objects import PageSeed, Place
from localcare.sandbox.world import World
from tests.sandbox.asking import Body, ask, body_of, error_of, ids_in
from tests.sandbox.conftest import BRAND, STORES

FIELDS = "id,store_number,store_code,location{city,zip},phone,is_permanently_closed,access_token"
IDS = [store.id for store in STORES]


def locations(graph: Graph, *, token: str | None = None, **params: str) -> Body:
    asked = {"fields": FIELDS, **params}
    return body_of(ask(graph, "GET", f"{BRAND.id}/locations", token=token or graph.world.system_token, **asked))


def cursor(body: Body) -> str:
    paging = body["paging"]
    assert isinstance(paging, dict)
    assert "next" in paging
    after = paging["cursors"]["after"]
    assert isinstance(after, str)
    return after


def rows(body: Body) -> list[Body]:
    data = body["data"]
    assert isinstance(data, list)
    return data


@pytest.fixture
def graph(world: World) -> Graph:
    return Graph(world)


def test_a_store_page_shows_what_was_asked_for_and_nothing_else(graph: Graph) -> None:
    first = rows(locations(graph))[0]
    assert first == {
        "id": IDS[0],
        "store_number": 1,
        "store_code": "00001",
        "location": {"city": "Dallas", "zip": "75201"},
        "phone": "+1 214-555-0100",
        "is_permanently_closed": False,
        "access_token": graph.world.pages[str(IDS[0])].access_token,
    }


def test_what_a_page_does_not_have_is_absent_and_a_number_may_be_a_string() -> None:
    bare = PageSeed("Bare", id="7")
    closed = PageSeed("Closed", id="8", store_number="0042", location=Place(city="Katy"), is_permanently_closed=True)
    graph = Graph(World.from_pages(BRAND, [bare, closed]))
    shown = rows(locations(graph, fields=FIELDS.removesuffix(",access_token")))
    assert shown == [
        {"id": "7", "is_permanently_closed": False},
        {"id": "8", "store_number": "0042", "location": {"city": "Katy"}, "is_permanently_closed": True},
    ]


def test_tokens_of_store_pages_are_for_the_brand_page_and_the_system_user_only(graph: Graph) -> None:
    graph.world.pages[str(IDS[1])].is_assigned = False
    brand_token = graph.world.pages[graph.world.brand_id].access_token
    assert [("access_token" in row) for row in rows(locations(graph, token=brand_token))] == [True, False, True]
    app_token = graph.world.app_token
    assert not any("access_token" in row for row in rows(locations(graph, token=app_token)))


def test_a_limit_too_large_is_lowered_without_a_word() -> None:
    graph = Graph(World.from_pages(BRAND, [PageSeed(str(number), store_number=number) for number in range(260)]))
    first = locations(graph, limit="5000", fields="id")
    assert len(rows(first)) == 250
    assert len(rows(locations(graph, limit="5000", fields="id", after=cursor(first)))) == 10


def test_a_limit_can_be_lowered_for_one_page(graph: Graph) -> None:
    graph.faults.add(Fault(FaultKind.LOWERED_LIMIT, edge="locations", rows=1))
    first = locations(graph, limit="2")
    assert ids_in(first) == IDS[:1]
    assert ids_in(locations(graph, limit="2", after=cursor(first))) == IDS[1:]


def test_rows_can_come_twice_and_a_cursor_can_stand_still(graph: Graph) -> None:
    graph.faults.add(Fault(FaultKind.REPEATED_CURSOR, edge="locations"))
    stuck = locations(graph, limit="2")
    assert ids_in(stuck) == IDS[:2]
    first = locations(graph, limit="2", after=cursor(stuck))
    assert ids_in(first) == IDS[:2]
    graph.faults.add(Fault(FaultKind.REPEATED_ROWS, edge="locations", rows=1))
    assert ids_in(locations(graph, limit="2", after=cursor(first))) == IDS[1:]


def test_every_empty_page_has_a_cursor_of_its_own(graph: Graph) -> None:
    graph.faults.add(Fault(FaultKind.EMPTY_PAGE, edge="locations", times=2))
    first = locations(graph)
    second = locations(graph, after=cursor(first))
    assert ids_in(first) == ids_in(second) == []
    assert cursor(first) != cursor(second)
    assert ids_in(locations(graph, after=cursor(second))) == IDS


def test_more_than_graph_can_gather_is_error_1(graph: Graph) -> None:
    graph.faults.add(Fault(FaultKind.TOO_MUCH_DATA, edge="locations", rows=2))
    refused = ask(graph, "GET", f"{BRAND.id}/locations", token=graph.world.system_token, limit="3")
    assert (refused.status, error_of(refused)) == (500, (1, None))
    assert "reduce the amount of data" in refused.body.decode()
