"""What GET shows: fields, nesting, lists, pages of lists, and who may see what."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.fields import Field, parse_fields
from localcare.sandbox.graph import Graph
from localcare.sandbox.paging import Trap, Wanted, cut
from localcare.sandbox.refusals import GraphRefusal
from localcare.sandbox.versions import serving_version
from localcare.sandbox.world import World
from tests.sandbox.asking import ask, body_of, error_of, get, ids_in
from tests.sandbox.conftest import BRAND, NOON, OTHER_STORE, STORE


@dataclass(frozen=True)
class Item:
    order: int


def test_fields_are_read_with_modifiers_and_braces() -> None:
    assert parse_fields("id, comments.limit(5).filter(stream){id,from{name}}") == (
        Field("id"),
        Field("comments", {"limit": "5", "filter": "stream"}, (Field("id"), Field("from", {}, (Field("name"),)))),
    )


@pytest.mark.parametrize("text", ["id,", "id{", "id}", "a.b", "a.limit(1", "{id}", "a..b(1)", "é"])
def test_a_broken_fields_parameter_is_a_syntax_error(text: str) -> None:
    with pytest.raises(GraphRefusal) as refused:
        parse_fields(text)
    assert refused.value.code == 2500


@given(
    orders=st.sets(st.integers(1, 10**16), max_size=40),
    limit=st.integers(1, 10),
    newest_first=st.booleans(),
    keeps=st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=5),
)
def test_turning_pages_shows_everything_once_even_through_short_and_empty_pages(
    orders: set[int], limit: int, newest_first: bool, keeps: list[float]
) -> None:
    items = [Item(order) for order in sorted(orders, reverse=newest_first)]
    seen: list[Item] = []
    after: str | None = None
    for turn in range(100):
        keep = keeps[turn] if turn < len(keeps) else 1.0
        part = cut(items, Wanted(limit, after=after), newest_first=newest_first, trap=Trap(keep=keep))
        seen += part.items
        if not part.has_next:
            break
        after = part.after
    assert seen == items


@given(orders=st.sets(st.integers(1, 1000), min_size=2, max_size=30), data=st.data())
def test_a_deletion_between_two_pages_skips_and_repeats_nothing(orders: set[int], data: st.DataObject) -> None:
    items = [Item(order) for order in sorted(orders, reverse=True)]
    first = cut(items, Wanted(data.draw(st.integers(1, len(items) - 1))), newest_first=True)
    gone = data.draw(st.sampled_from(items))
    rest = cut([item for item in items if item != gone], Wanted(100, after=first.after), newest_first=True)
    assert list(rest.items) == [item for item in items[len(first.items) :] if item != gone]


def test_without_fields_a_page_shows_its_id_and_name(world: World) -> None:
    assert get(world, STORE) == {"name": "Bluebird Wireless (Dallas)", "id": STORE}


def test_what_is_not_known_is_absent_and_never_null(world: World) -> None:
    assert get(world, f"{OTHER_STORE}?fields=overall_star_rating,rating_count,website") == {
        "rating_count": 3,
        "id": OTHER_STORE,
    }


def test_the_locations_of_the_brand_are_its_store_pages_with_their_tokens(world: World) -> None:
    body = get(
        world,
        f"{BRAND.id}/locations?fields=store_number,store_code,location{{city,zip}},access_token&limit=2",
        token=world.system_token,
    )
    data, paging = body["data"], body["paging"]
    assert isinstance(data, list)
    assert isinstance(paging, dict)
    assert data[0] == {
        "store_number": 1,
        "store_code": "00001",
        "location": {"city": "Dallas", "zip": "75201"},
        "access_token": world.pages[STORE].access_token,
        "id": STORE,
    }
    assert ids_in(body) == [STORE, OTHER_STORE]
    assert f"after={paging['cursors']['after']}" in paging["next"]


def test_another_pages_token_sees_no_tokens(world: World) -> None:
    body = get(world, f"{BRAND.id}/locations?fields=access_token")
    assert body["data"] == [
        {"access_token": world.pages[STORE].access_token, "id": STORE},
        {"id": OTHER_STORE},
        {"id": "108000000000103"},
    ]


def test_the_feed_is_newest_first_and_shows_authors_to_the_page_itself_only(world: World) -> None:
    first = world.post(STORE, "First", author="Ana")
    second = world.post(STORE, "Second", author="Ben")
    assert ids_in(get(world, f"{STORE}/feed")) == [second.id, first.id]
    own = get(world, f"{first.id}?fields=from")
    other = get(world, f"{first.id}?fields=from", token=world.system_token)
    assert own == {"from": {"name": "Ana", "id": first.author.id}, "id": first.id}
    assert other == {"id": first.id}


def test_comments_come_by_level_and_order(world: World) -> None:
    post = world.post(STORE, "Hello", author="Ana")
    top = world.comment(post.id, "One", author="Ben")
    reply = world.comment(top.id, "Two", author="Ana")
    deeper = world.comment(reply.id, "Three", author="Ben")
    assert ids_in(get(world, f"{post.id}/comments")) == [top.id]
    stream = get(world, f"{post.id}/comments?filter=stream&order=reverse_chronological")
    assert ids_in(stream) == [deeper.id, reply.id, top.id]
    assert ids_in(get(world, f"{top.id}/comments")) == [reply.id, deeper.id]
    parent = get(world, f"{deeper.id}?fields=parent{{id}},permalink_url")
    assert parent["parent"] == {"id": top.id}
    assert "reply_comment_id" in str(parent["permalink_url"])


def test_comments_are_silently_empty_for_the_wrong_kind_of_token(world: World) -> None:
    post = world.post(STORE, "Hello", author="Ana")
    world.comment(post.id, "One", author="Ben")
    assert get(world, f"{post.id}/comments", token=world.system_token) == {"data": []}


REFUSED = [
    (f"{STORE}?fields=id,nme", (100, None)),
    (f"{STORE}?fields=location{{planet}}", (100, None)),
    (f"{STORE}/visitor_poems", (100, None)),
    (f"{STORE}/feed?limit=101", (100, None)),
    (f"{STORE}/feed?after=nonsense", (100, None)),
    ("1", (100, 33)),
    (f"{OTHER_STORE}/feed", (10, None)),
    (f"{OTHER_STORE}/conversations", (210, None)),
    (f"{STORE}/ratings", (12, None)),
    (f"{STORE}/feed/1", (2500, None)),
]


@pytest.mark.parametrize(("path", "expected"), REFUSED)
def test_a_bad_question_is_refused_as_graph_refuses_it(
    world: World, path: str, expected: tuple[int, int | None]
) -> None:
    answer = ask(Graph(world), "GET", path)
    assert error_of(answer) == expected
    assert answer.status >= 400


def test_a_field_that_was_taken_away_spoils_the_whole_request(world: World) -> None:
    post = world.post(STORE, "Hello", author="Ana")
    assert error_of(ask(Graph(world), "GET", f"{post.id}?fields=message,link")) == (12, None)


def test_a_tagged_post_elsewhere_is_listed_but_cannot_be_opened(world: World) -> None:
    tag = world.mention(STORE, "Ana", "At Bluebird")
    assert ids_in(get(world, f"{STORE}/tagged")) == [tag.post_id]
    assert error_of(ask(Graph(world), "GET", tag.post_id)) == (10, None)


def test_an_empty_page_on_purpose_still_leads_to_everything(world: World) -> None:
    graph = Graph(world)
    graph.faults.add(Fault(FaultKind.EMPTY_PAGE, edge="locations"))
    empty = body_of(ask(graph, "GET", f"{BRAND.id}/locations"))
    paging = empty["paging"]
    assert isinstance(paging, dict)
    assert empty["data"] == []
    cursor = paging["cursors"]["after"]
    assert len(ids_in(body_of(ask(graph, "GET", f"{BRAND.id}/locations", after=cursor)))) == 3


@pytest.mark.parametrize(
    ("asked", "served"),
    [("v26.0", "v26.0"), ("v22.0", "v22.0"), ("v20.0", "v21.0"), ("v99.0", "v21.0"), (None, "v21.0")],
)
def test_an_expired_or_unknown_version_is_served_by_the_oldest_alive(asked: str | None, served: str) -> None:
    assert serving_version(asked, NOON.date()) == served


def test_the_headers_tell_version_trace_and_usage(world: World) -> None:
    headers = ask(Graph(world), "GET", STORE, version="v19.0").headers
    assert headers["facebook-api-version"] == "v21.0"
    assert headers["x-fb-trace-id"].startswith("A")
    assert headers["x-business-use-case-usage"].startswith(f'{{"{STORE}":[{{"type":"pages","call_count":0')
    assert "call_count" in headers["x-app-usage"]
