"""The demo's customers, live: they write to the stand-in over HTTP and look whether they were answered."""

import random
from datetime import UTC, datetime

import httpx
import orjson
import pytest
from starlette.testclient import TestClient

from localcare.channels.facebook.signature import verify_signature
from localcare.demo.brand import DemoBrand, load_brand
from localcare.demo.conversation import load_conversation
from localcare.demo.corpus import load_corpus
from localcare.demo.customers import Customers, Saying
from localcare.demo.facebook import found_world
from localcare.demo.network import REVIEW_SOURCES
from localcare.demo.stream import HttpFacebook, ReviewTool, Stream, draw_pause
from localcare.kit.clock import SetClock
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import App
from localcare.sandbox.world import World
from tests.conftest import NOW

BRAND = load_brand(12)
SECRETS = {name: f"secret of {name}" for name in REVIEW_SOURCES}


class Listener:
    """Stands where localcare's web process stands, and checks each signature."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        assert verify_signature(request.content, request.headers["x-localcare-signature-256"], [SECRETS[name]])
        self.told += orjson.loads(request.content)["mentions"]
        return httpx.Response(200)


@pytest.fixture
def world() -> World:
    return found_world(BRAND, App())


def _stream(world: World, listener: Listener, brand: DemoBrand = BRAND) -> Stream:
    rng = random.Random(4)
    return Stream(
        customers=Customers(brand, load_corpus(), rng),
        talk=load_conversation(),
        facebook=HttpFacebook(TestClient(create_sandbox_app(world))),
        reviews=ReviewTool(httpx.Client(transport=httpx.MockTransport(listener), base_url="http://web"), SECRETS),
        clock=SetClock(NOW),
        photo_url="http://web/dev/photos",
        rng=rng,
    )


def test_everything_that_is_said_stands_on_a_page_or_is_told_by_a_signed_source(world: World) -> None:
    listener = Listener()
    stream = _stream(world, listener)
    sayings = [stream.customers.speak() for _ in range(150)]
    for saying in sayings:
        stream.say(saying)
    kinds = [saying.drawn.kind for saying in sayings]
    assert len(listener.told) == kinds.count("review") > 0
    assert sum(1 for post in world.posts.values() if post.author.id != post.page_id) == kinds.count("post") > 0
    assert len(world.comments) == kinds.count("comment") > 0
    assert len(world.messages) == kinds.count("message")
    assert sum(len(page.tags) for page in world.pages.values()) == kinds.count("mention")


def test_a_customer_who_was_answered_writes_again_and_one_who_was_not_waits(world: World) -> None:
    stream = _stream(world, Listener())
    saying = _post_on_a_store_page(stream)
    stream.say(saying)
    stream._look_back()
    post = next(post for post in world.posts.values() if post.author.name == saying.author)
    assert post.comments == []
    world.comment(post.id, "Sorry about that. I am the manager here.")
    stream._look_back()
    assert [comment.author.name for comment in post.comments] == [world.pages[post.page_id].name, saying.author]


def test_it_is_livelier_by_day_than_by_night() -> None:
    rng = random.Random(1)
    noon, night = datetime(2026, 11, 20, 18, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)
    by_day = [draw_pause(rng, noon) for _ in range(200)]
    by_night = [draw_pause(rng, night) for _ in range(200)]
    assert 1.5 < sum(by_day) / 200 < 4
    assert sum(by_night) > 2 * sum(by_day)
    assert max(by_night) < 15


def _post_on_a_store_page(stream: Stream) -> Saying:
    while True:
        saying = stream.customers.speak(store=BRAND.featured_store)
        if saying.drawn.kind == "post":
            return saying
