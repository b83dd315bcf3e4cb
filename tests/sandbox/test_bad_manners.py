"""What Meta does to who listens: late and repeated deliveries, other spellings, no values, forgeries, Instagram, deletions."""

import asyncio
import json
import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from localcare.channels.facebook.core.delivery import parse_delivery
from localcare.channels.facebook.core.outcome import SetAside
from localcare.channels.facebook.signed_request import read_signed_request
from localcare.kit.clock import SetClock
from localcare.mentions.core import MentionChange
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.delivery import Habits, disturb, pack, sign
from localcare.sandbox.metering import Meter
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.sender import Forgery, Sender
from localcare.sandbox.signed_requests import make_signed_request
from localcare.sandbox.world import World
from tests.sandbox.conftest import NOON, STORE, Callback

URL = "http://callback/hook"
ACCOUNT = "17841400000000001"


def listened(world: World) -> list[PageUpdate]:
    told: list[PageUpdate] = []
    world.listeners.append(told.append)
    world.callback_url = URL
    world.subscribe_all()
    return told


def bodies(updates: list[PageUpdate], **more: Any) -> list[dict[str, Any]]:
    return [json.loads(delivery.body) for delivery in pack(updates, NOON, **more)]


@pytest.mark.parametrize(
    "habits", [Habits(), Habits(numeric_share=1), Habits(sender_share=1)], ids=["from", "number", "sender"]
)
def test_an_author_is_read_in_every_spelling(world: World, habits: Habits) -> None:
    told = listened(world)
    post = world.post(STORE, "No signal", author="Ana")
    (delivery,) = pack(disturb(told, habits, random.Random(1)), NOON)
    (change,) = parse_delivery(delivery.body)
    assert isinstance(change, MentionChange)
    assert (change.author_id, change.author_name) == (post.author.id, "Ana")


def test_without_values_an_entry_names_the_fields_and_messages_come_whole(world: World) -> None:
    told = listened(world)
    world.post(STORE, "One", author="Ana")
    world.post(STORE, "Two", author="Ana")
    world.message(STORE, "Hello", author="Ana")
    (body,) = bodies(told, includes_values=False)
    assert body["entry"][0] == {"id": STORE, "time": int(NOON.timestamp()), "changed_fields": ["feed"]}
    assert body["entry"][1]["messaging"][0]["message"]["text"] == "Hello"
    outcomes = parse_delivery(json.dumps(body).encode())
    assert isinstance(outcomes[0], SetAside)
    assert "Include Values" in outcomes[0].why


@pytest.mark.parametrize(("flat_share", "key"), [(0.0, "changes"), (1.0, "field")])
def test_instagram_comments_arrive_in_a_list_or_flat(world: World, flat_share: float, key: str) -> None:
    world.add_instagram("bluebird", ACCOUNT)
    told = listened(world)
    media = world.post(ACCOUNT, "New phones")
    comment = world.comment(media.id, "Do you have it in red?", author="rosa.d")
    answer = world.comment(comment.id, "Yes")
    (delivery,) = pack(disturb(told, Habits(flat_share=flat_share), random.Random(1)), NOON)
    body = json.loads(delivery.body)
    assert body["object"] == "instagram"
    assert all(key in entry for entry in body["entry"])
    first, second = parse_delivery(delivery.body)
    assert isinstance(first, MentionChange)
    assert isinstance(second, MentionChange)
    assert (first.channel, first.external_id, first.text) == ("instagram", comment.id, "Do you have it in red?")
    assert (first.author_id, first.author_name) == (comment.author.id, "rosa.d")
    assert (second.external_id, second.parent_id, second.from_page) == (answer.id, comment.id, True)


def test_instagram_messages_travel_like_messengers_and_edits_are_never_told(world: World) -> None:
    world.add_instagram("bluebird", ACCOUNT)
    told = listened(world)
    world.message(ACCOUNT, "Hello", author="rosa.d")
    world.answer_natively(ACCOUNT, world.person(ACCOUNT, "rosa.d").id, "Hi Rosa")
    comment = world.comment(world.post(ACCOUNT, "New phones").id, "red?", author="rosa.d")
    world.edit(comment.id, "blue?")
    world.hide(comment.id)
    world.remove(comment.id)
    world.mention(ACCOUNT, "rosa.d", "@bluebird is great", in_comment=True)
    assert [update.field for update in told] == ["messages", "messages", "comments", "mentions"]
    outcomes = [outcome for body in bodies(told) for outcome in parse_delivery(json.dumps(body).encode())]
    assert [type(outcome) for outcome in outcomes] == [MentionChange] * 4
    named = outcomes[-1]
    assert isinstance(named, MentionChange)
    assert (named.kind, named.text) == ("mention", None)


def test_facebook_and_instagram_never_share_a_delivery(world: World) -> None:
    world.add_instagram("bluebird", ACCOUNT)
    told = listened(world)
    world.post(STORE, "One", author="Ana")
    world.comment(world.post(ACCOUNT, "New phones").id, "red?", author="rosa.d")
    world.post(STORE, "Two", author="Ana")
    assert [(body["object"], len(body["entry"])) for body in bodies(told)] == [("page", 1), ("instagram", 1)]


def test_late_deliveries_arrive_after_later_ones_and_repeated_ones_again_with_the_same_bytes(
    world: World, callback: Callback, callback_client: httpx.AsyncClient, clock: SetClock
) -> None:
    retry_clock = SetClock(NOON)
    sender = Sender(world, callback_client, habits=Habits(late_share=1.0), retry_clock=retry_clock)
    listened(world)

    async def days() -> None:
        world.post(STORE, "first", author="Ana")
        await sender.deliver_due()
        sender.set_habits(Habits(repeat_share=1.0))
        clock.advance(timedelta(seconds=1))
        world.post(STORE, "second", author="Ana")
        await sender.deliver_due()
        assert (sender.pending, sender.sent) == (2, 1)
        sender.set_habits(Habits())
        retry_clock.advance(timedelta(seconds=3))
        await sender.deliver_due()

    asyncio.run(days())
    words = [json.loads(body)["entry"][0]["changes"][0]["value"]["message"] for body in callback.bodies]
    times = [json.loads(body)["entry"][0]["time"] for body in callback.bodies]
    assert sorted(words[:1]) == ["second"]
    assert sorted(words[1:]) == ["first", "second"]
    assert len(set(callback.bodies)) == 2
    assert dict(zip(words, times, strict=True))["first"] < dict(zip(words, times, strict=True))["second"]
    assert (sender.pending, sender.dropped) == (0, 0)


@pytest.mark.parametrize("forgery", list(Forgery))
def test_a_forgery_is_not_signed_by_the_app(
    world: World, callback: Callback, callback_client: httpx.AsyncClient, forgery: Forgery
) -> None:
    sender = Sender(world, callback_client)
    listened(world)
    asyncio.run(sender.forge(forgery))
    assert [sign(world.app.secret, body) for body in callback.bodies] != callback.signatures
    assert len(callback.bodies) == 1


def test_a_wish_to_be_deleted_is_signed_as_meta_signs_it(world: World) -> None:
    given = make_signed_request(world.app.secret, "10224", issued_at=1_291_836_800)
    request = read_signed_request(given, [world.app.secret])
    assert (request.user_id, request.issued_at) == ("10224", 1_291_836_800)


def test_a_signed_request_is_posted_to_the_callback_and_its_answer_shown(world: World) -> None:
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, json={"url": "https://care.example/deletion/abc", "confirmation_code": "abc"})

    app = create_sandbox_app(world, client=httpx.AsyncClient(transport=httpx.MockTransport(answer)))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://graph") as client:
            wanted = {"url": "http://care/facebook/deletion", "user_id": "10224"}
            return await client.post("/_sandbox/signed-requests", json=wanted)

    answered = asyncio.run(ask()).json()
    assert answered["status"] == 200
    assert "abc" in answered["body"]
    assert seen[0].startswith(b"signed_request=")


def test_who_goes_on_calling_waits_longer_and_another_day_begins_anew() -> None:
    meter = Meter()
    meter.budgets[STORE] = 10
    percents = [meter.count(STORE, NOON) for _ in range(11)]
    assert percents[:10] == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert percents[10] > 100
    once = meter.minutes_left(STORE, NOON)
    for _ in range(5):
        meter.count(STORE, NOON)
    assert meter.minutes_left(STORE, NOON) == once + 5
    assert meter.count(STORE, NOON + timedelta(hours=24)) == 10


def test_the_app_has_a_limit_of_its_own_within_the_hour() -> None:
    meter = Meter()
    meter.app_budget = 2
    assert [meter.count(None, NOON) > 100 for _ in range(3)] == [False, False, True]
    assert json.loads(meter.headers(None)["x-app-usage"])["call_count"] == 100
    assert meter.count(None, NOON + timedelta(hours=1)) == 50
