"""Webhooks on their way: envelopes, signatures, batches, disorder, refusals and retries."""

import asyncio
import hashlib
import hmac
import json
import random
from datetime import timedelta

import httpx
import pytest

from localcare.kit.clock import SetClock
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.delivery import GIVE_UP_AFTER, Delivery, Habits, disturb, next_attempt, pack, sign
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.sender import Sender
from localcare.sandbox.world import World
from tests.sandbox.conftest import NOON, OTHER_STORE, STORE, Callback

URL = "http://callback/hook"


def updates(count: int, page_id: str = STORE) -> list[PageUpdate]:
    return [PageUpdate(page_id, "feed", {"item": "post", "from": {"id": "1"}, "n": n}) for n in range(count)]


def test_bodies_are_ascii_with_escaped_slashes_and_signed_as_they_are() -> None:
    update = PageUpdate(STORE, "feed", {"message": "Zoë says ¡hola! 🎉", "link": "https://example.org/a"})
    body = next(pack([update], NOON)).body
    assert b"Zo\\u00eb says \\u00a1hola! \\ud83c\\udf89" in body
    assert b"https:\\/\\/example.org\\/a" in body
    assert sign("key", body) == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["entry"][0]["changes"][0]["value"]["message"] == "Zoë says ¡hola! 🎉"


def test_one_delivery_mixes_pages_and_holds_at_most_a_thousand_updates() -> None:
    mixed = [update for pair in zip(updates(900), updates(900, OTHER_STORE), strict=True) for update in pair]
    deliveries = list(pack(mixed, NOON))
    assert [delivery.updates for delivery in deliveries] == [1000, 800]
    entries = json.loads(deliveries[0].body)["entry"]
    assert [entry["id"] for entry in entries] == [STORE, OTHER_STORE]
    assert [len(entry["changes"]) for entry in entries] == [500, 500]
    assert entries[0]["time"] == int(NOON.timestamp())


def test_messages_travel_in_their_own_entries_with_milliseconds(world: World, told: list[PageUpdate]) -> None:
    world.message(STORE, "Hello", author="Ana")
    world.post(STORE, "Hello", author="Ana")
    entries = json.loads(next(pack(told, NOON)).body)["entry"]
    assert entries[0]["time"] == int(NOON.timestamp()) * 1000
    assert "messaging" in entries[0]
    assert "changes" in entries[1]


def test_disorder_is_seeded_and_loses_nothing() -> None:
    habits = Habits(duplicate_share=0.3, nameless_share=0.3, is_shuffled=True)
    one = disturb(updates(200), habits, random.Random(7))
    two = disturb(updates(200), habits, random.Random(7))
    assert one == two
    assert {update.value["n"] for update in one} == set(range(200))
    assert 220 < len(one) < 300
    assert 20 < sum("from" not in update.value for update in one) < 120
    assert [update.value["n"] for update in one[:10]] != list(range(10))


def test_retries_begin_at_once_become_rarer_and_end_within_36_hours() -> None:
    delivery, now, waits = Delivery(b"", 1, NOON), NOON, []
    while (at := next_attempt(delivery, now)) is not None:
        waits.append(at - now)
        delivery, now = Delivery(b"", 1, NOON, delivery.attempt + 1), at
    assert waits[0] == timedelta(0)
    assert waits == sorted(waits)
    assert now - NOON <= GIVE_UP_AFTER


def test_a_refused_delivery_comes_again_with_the_same_bytes(
    world: World, callback: Callback, callback_client: httpx.AsyncClient, clock: SetClock
) -> None:
    sender = Sender(world, callback_client)
    world.callback_url = URL
    world.subscribe_all()
    callback.statuses = [500, 503]
    world.post(STORE, "Hello", author="Ana")

    async def days() -> None:
        await sender.deliver_due()
        assert (sender.pending, sender.sent, sender.refused) == (1, 0, 1)
        await sender.deliver_due()
        assert sender.refused == 2
        assert await sender.deliver_due() == 0
        clock.advance(timedelta(seconds=15))
        await sender.deliver_due()

    asyncio.run(days())
    assert (sender.pending, sender.sent, sender.dropped) == (0, 1, 0)
    assert len(set(callback.bodies)) == 1
    assert set(callback.signatures) == {sign(world.app.secret, callback.bodies[0])}


def test_a_delivery_nobody_takes_is_dropped_after_36_hours(
    world: World, callback: Callback, callback_client: httpx.AsyncClient, clock: SetClock
) -> None:
    sender = Sender(world, callback_client)
    world.callback_url = URL
    world.subscribe_all()
    callback.statuses = [500] * 100
    world.post(STORE, "Hello", author="Ana")

    async def days() -> None:
        for _ in range(40):
            await sender.deliver_due()
            clock.advance(timedelta(hours=1))

    asyncio.run(days())
    assert (sender.pending, sender.sent, sender.dropped) == (0, 0, 1)
    assert 5 < sender.refused < 15


@pytest.mark.parametrize(
    ("path", "token", "said"),
    [
        ("/hook", "sandbox-verify-token", None),
        ("/hook", "wrong", "HTTP Status Code = 403; HTTP Message = Forbidden"),
        ("/nowhere", "sandbox-verify-token", "HTTP Status Code = 404; HTTP Message = Not Found"),
    ],
)
def test_the_handshake_wants_the_challenge_back(
    world: World, callback_client: httpx.AsyncClient, path: str, token: str, said: str | None
) -> None:
    sender = Sender(world, callback_client)
    assert asyncio.run(sender.handshake(f"http://callback{path}", token)) == said


def test_an_app_subscribes_over_http_only_after_the_handshake(world: World, callback_client: httpx.AsyncClient) -> None:
    app = create_sandbox_app(world, client=callback_client)
    wanted = {"object": "page", "callback_url": URL, "fields": "feed,messages", "access_token": world.app_token}

    async def subscribe(verify_token: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://graph") as client:
            path = f"/v26.0/{world.app.id}/subscriptions"
            return await client.post(path, data={**wanted, "verify_token": verify_token})

    refused = asyncio.run(subscribe("wrong"))
    assert refused.json()["error"]["code"] == 2200
    assert world.callback_url == ""
    assert asyncio.run(subscribe(world.app.verify_token)).json() == {"success": True}
    assert (world.callback_url, world.app_fields) == (URL, ("feed", "messages"))


def test_a_reply_by_the_api_reaches_the_callback_signed(
    world: World, callback: Callback, callback_client: httpx.AsyncClient
) -> None:
    app = create_sandbox_app(world, client=callback_client)
    post = world.post(STORE, "No signal", author="Ana")
    token = world.pages[STORE].access_token
    arrived = asyncio.Event()
    callback.arrived = arrived.set

    async def live() -> None:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://g") as client,
        ):
            registered = await client.put("/_sandbox/callback", json={"url": URL})
            assert registered.json()["subscribed_pages"] == 4
            url = f"/v26.0/{post.id}/comments?access_token={token}"
            await client.post(url, data={"message": "We are on it"})
            await asyncio.wait_for(arrived.wait(), 5)

    asyncio.run(live())
    change = json.loads(callback.bodies[0])["entry"][0]["changes"][0]
    assert change["field"] == "feed"
    assert change["value"]["from"]["id"] == STORE
    assert callback.signatures == [sign(world.app.secret, callback.bodies[0])]
