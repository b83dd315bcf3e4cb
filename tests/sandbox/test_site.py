"""The pages on which people act as customers, and the switches of tests under /_sandbox."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import html5lib
import httpx
import pytest

from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.world import World
from tests.sandbox.conftest import BRAND, STORE

Visit = Callable[[httpx.AsyncClient], Coroutine[Any, Any, httpx.Response]]


def visit(world: World, what: Visit) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(create_sandbox_app(world))
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", follow_redirects=True) as client:
            return await what(client)

    return asyncio.run(go())


def act(world: World, name: str, **form: str) -> httpx.Response:
    return visit(world, lambda client: client.post(f"/pages/{STORE}/{name}", data=form))


def test_pages_are_found_by_city_number_and_name(world: World) -> None:
    assert "Bluebird Wireless (Plano)" in visit(world, lambda client: client.get("/?q=plano")).text
    assert "1 found" in visit(world, lambda client: client.get("/?q=00003")).text
    assert "No Page matches" in visit(world, lambda client: client.get("/?q=paris")).text


def test_a_customer_posts_comments_and_sees_the_brands_answer(world: World) -> None:
    page = act(world, "posts", author="Ana <b>", message="No signal & no help")
    post = world.pages[STORE].posts[0]
    assert "No signal &amp; no help" in page.text
    assert "Ana &lt;b&gt;" in page.text
    act(world, "comments", target_id=post.id, author="Ben", message="Same here")
    page = act(world, "native-comments", target_id=post.comments[0].id, message="We are on it")
    assert [comment.author.name for comment in post.comments] == ["Ben", "Bluebird Wireless (Dallas)"]
    assert "We are on it" in page.text


def test_everything_else_a_person_can_do_is_one_form_away(world: World) -> None:
    post = world.post(STORE, "Hello", author="Ana")
    act(world, "edits", object_id=post.id, message="Hello!")
    act(world, "hidings", object_id=post.id, is_hidden="true")
    assert (post.message, post.is_hidden) == ("Hello!", True)
    act(world, "messages", author="Ana", message="Open today?")
    person = world.person(STORE, "Ana").id
    assert "Until nine" in act(world, "native-answers", person_id=person, message="Until nine").text
    assert "Great team" in act(world, "recommendations", author="Lee", recommends="true", message="Great team").text
    act(world, "tags", author="Lee", message="At Bluebird")
    act(world, "removals", object_id=post.id)
    page = world.pages[STORE]
    assert (len(page.posts), len(page.tags), len(page.recommendations)) == (0, 1, 1)


@pytest.mark.parametrize("path", ["/", f"/pages/{STORE}", f"/pages/{BRAND.id}"])
def test_every_page_is_valid_html_with_one_heading_and_labelled_fields(world: World, path: str) -> None:
    post = world.post(STORE, "Hello", author="Ana", photo="https://photos.example/1.jpg")
    world.comment(post.id, "Hi", author="Ben")
    world.message(STORE, "Open today?", author="Ana")
    world.recommend(STORE, "Lee", recommends=True)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(visit(world, lambda client: client.get(path)).text)
    assert parser.errors == []
    assert len(page.findall(".//h1")) == 1
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labels = {label.get("for") for label in page.iter("label")}
    fields = [*page.iter("textarea"), *(field for field in page.iter("input") if field.get("type") in ("text", "url"))]
    assert {field.get("id") for field in fields} <= labels


def test_the_api_acts_like_the_pages(world: World) -> None:
    place = {"name": "NorthPark Center", "city": "Dallas"}
    body = {"author": "Ana", "message": "Lost my phone here", "place": place}
    made = visit(world, lambda client: client.post(f"/_sandbox/pages/{STORE}/posts", json=body))
    post_id = made.json()["id"]
    comment = {"target_id": post_id, "author": "Ben", "message": "Found it"}
    assert visit(world, lambda client: client.post("/_sandbox/comments", json=comment)).status_code == 201
    message = {"page_id": STORE, "author": "Ana", "text": "Is it there?"}
    assert visit(world, lambda client: client.post("/_sandbox/messages", json=message)).status_code == 201
    change = {"message": "Lost my phone", "is_hidden": True}
    assert visit(world, lambda client: client.patch(f"/_sandbox/objects/{post_id}", json=change)).status_code == 204
    post = world.posts[post_id]
    assert (post.message, post.is_hidden, post.place and post.place.city) == ("Lost my phone", True, "Dallas")
    overview = visit(world, lambda client: client.get("/_sandbox")).json()
    assert (overview["posts"], overview["comments"], overview["conversations"]) == (1, 1, 1)


def test_a_misspelt_or_impossible_action_is_refused_with_a_reason(world: World) -> None:
    misspelt = visit(world, lambda client: client.post("/_sandbox/faults", json={"kind": "error", "tmies": 2}))
    assert misspelt.status_code == 422
    assert "tmies" in misspelt.text
    missing = {"target_id": "1_2", "author": "Ben", "message": "Hi"}
    assert visit(world, lambda client: client.post("/_sandbox/comments", json=missing)).status_code == 404
    assert visit(world, lambda client: client.get("/pages/1")).status_code == 404
    assert act(world, "comments", target_id="1_2", author="Ben", message="Hi").status_code == 404
    assert "The form lacks author" in act(world, "posts", message="Hi").text
    assert "Missing message or attachment" in act(world, "posts", author="Ben", message=" ").text
    assert world.posts == {}


def test_an_account_on_instagram_is_found_published_on_commented_and_named(world: World) -> None:
    account = world.add_instagram("bluebird.dallas", "17841400000000001", page_id=STORE)
    assert "on Instagram" in visit(world, lambda client: client.get(f"/pages/{STORE}")).text

    def on_account(name: str, **form: str) -> httpx.Response:
        return visit(world, lambda client: client.post(f"/pages/{account.id}/{name}", data=form))

    page = on_account("posts", message="New phones")
    (media,) = account.posts
    assert (media.author.id, "Recommend this place" in page.text) == (account.id, False)
    on_account("comments", target_id=media.id, author="ana.r", message="In red?")
    on_account("tags", author="bob", message="Ask @bluebird.dallas")
    assert (media.comments[0].author.name, account.tags[0].comment_id is None) == ("ana.r", False)
