"""What was written before a restart is still there after it, and can still be answered."""

import asyncio
from pathlib import Path

from localcare.kit.clock import SetClock
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import Place
from localcare.sandbox.seeding import invented_brand, invented_stores
from localcare.sandbox.snapshot import dump_world, load_world
from localcare.sandbox.world import World
from tests.sandbox.asking import get
from tests.sandbox.conftest import STORE


def test_a_world_comes_back_with_every_id_token_and_word(world: World, clock: SetClock) -> None:
    world.subscribe_all()
    post = world.post(STORE, "Lost my phone — ¡ayuda!", author="Ana", place=Place(name="NorthPark", latitude=32.8))
    reply = world.comment(world.comment(post.id, "Found it", author="Ben").id, "Thanks!", author="Ana")
    world.react(reply.id, "Ben", "love")
    world.recommend(STORE, "Lee", recommends=False)
    world.mention(STORE, "Lee", "At Bluebird")
    world.message(STORE, "Is it there?", author="Ana")
    world.break_token(STORE, 460)
    again = load_world(dump_world(world), clock=clock)
    assert dump_world(again) == dump_world(world)
    assert again.app_token in again.tokens
    fields = "feed{message,place,comments.filter(stream){id,parent,from}},conversations{messages{message,from}}"
    path = f"{STORE}?fields=overall_star_rating,{fields}"
    assert get(again, path) == get(world, path)
    again.comment(reply.id, "You are welcome")
    again.send(STORE, again.person(STORE, "Ana").id, "Yes")


def test_the_app_saves_its_world_when_it_stops(world: World, clock: SetClock, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    app = create_sandbox_app(world, keep_in=path)

    async def live() -> None:
        async with app.router.lifespan_context(app):
            world.post(STORE, "Hello", author="Ana")

    asyncio.run(live())
    assert [post.message for post in load_world(path.read_bytes(), clock=clock).posts.values()] == ["Hello"]


def test_invented_pages_have_the_same_ids_and_tokens_every_time(clock: SetClock) -> None:
    worlds = [World.from_pages(invented_brand(), invented_stores(100), clock=clock) for _ in range(2)]
    assert worlds[0].pages.keys() == worlds[1].pages.keys()
    assert worlds[0].tokens.keys() == worlds[1].tokens.keys()
    assert len(worlds[0].store_pages()) == 100
