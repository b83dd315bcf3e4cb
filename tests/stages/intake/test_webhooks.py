"""The doors: nobody unknown gets in, nothing that got in is lost, nothing is acknowledged before it is durable."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta

import httpx
import orjson
import psycopg
import pytest
from pydantic import SecretStr
from sqlmodel import select

from localcare.channels.reading import FACEBOOK as FACEBOOK_SOURCE
from localcare.intake.core import Delivery, Lane
from localcare.intake.models import Event, EventIssue
from localcare.intake.sources import add_source
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database, connect_database
from localcare.kit.runtime import Runtime
from localcare.mentions.models import Mention
from tests.databases import TestServer
from tests.deliveries import delivery, fresh_id, post
from tests.stages.intake.doors import FACEBOOK, make_app, opened, signature, signed
from tests.stages.pipeline.conftest import STORE_PAGE, Town

NOWHERE = "postgresql://localcare@127.0.0.1:1/none"
CAP = 16 * 2**20


def send(
    runtime: Runtime, *requests: tuple[str, bytes, Mapping[str, str | bytes]], url: str | None = None
) -> list[httpx.Response]:
    """Post each (path, body, headers) in turn."""

    async def run() -> list[httpx.Response]:
        async with opened(make_app(runtime, url)) as client:
            return [await client.post(path, content=body, headers=headers) for path, body, headers in requests]

    return asyncio.run(run())


def answer(
    runtime: Runtime, body: bytes, headers: Mapping[str, str | bytes], *, path: str = FACEBOOK, url: str | None = None
) -> int:
    (response,) = send(runtime, (path, body, headers), url=url)
    return response.status_code


def events(database: Database) -> list[Event]:
    with database.session(ALL_BRANDS) as session:
        return list(session.exec(select(Event).order_by(Event.id)))  # type: ignore[arg-type]


def issues(database: Database) -> list[tuple[str, str | None]]:
    with database.session(ALL_BRANDS) as session:
        return [(issue.kind, issue.page_id) for issue in session.exec(select(EventIssue))]


def work(town: Town) -> None:
    while town.pipeline.work_batch().events:
        pass


def a_post(clock: SetClock, page_id: str = STORE_PAGE, text: str = "Nobody helped me") -> bytes:
    return delivery([post(page_id, clock.now(), text, post_id=fresh_id(page_id))], clock.now()).body


# --- Meta's handshake -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "token", "status"),
    [
        ("subscribe", "verify-me", 200),
        ("subscribe", "guess", 403),
        ("subscribe", "", 403),
        ("nothing", "verify-me", 403),
    ],
)
def test_the_handshake_wants_our_verify_token(runtime: Runtime, mode: str, token: str, status: int) -> None:
    async def run() -> httpx.Response:
        async with opened(make_app(runtime)) as client:
            asked = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": "1158201444"}
            return await client.get(FACEBOOK, params=asked)

    response = asyncio.run(run())
    assert response.status_code == status
    if status == 200:
        assert response.text == "1158201444"
        assert response.headers["content-type"].startswith("text/plain")


def test_without_a_verify_token_of_ours_nobody_is_let_in(runtime: Runtime) -> None:
    bare = replace(runtime, settings=runtime.settings.model_copy(update={"facebook_verify_token": None}))

    async def run() -> int:
        async with opened(make_app(bare)) as client:
            return (await client.get(FACEBOOK, params={"hub.mode": "subscribe", "hub.verify_token": ""})).status_code

    assert asyncio.run(run()) == 403


# --- who may bring something ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [None, "", "sha256=", "sha256=" + "0" * 64, "sha1=abc", signature(b"other"), b"sha256=\xc3\xbc"],
)
def test_a_forged_or_missing_signature_is_401_and_stores_nothing(
    runtime: Runtime, database: Database, clock: SetClock, given: str | bytes | None
) -> None:
    headers: dict[str, str | bytes] = {} if given is None else {"X-Hub-Signature-256": given}
    assert answer(runtime, a_post(clock), headers) == 401
    assert events(database) == []


def test_the_signature_is_of_the_raw_bytes(runtime: Runtime, clock: SetClock) -> None:
    body = a_post(clock)
    assert answer(runtime, body + b" ", signed(body)) == 401


def test_the_previous_secret_still_opens_during_a_rotation(runtime: Runtime, clock: SetClock) -> None:
    settings = runtime.settings.model_copy(
        update={"facebook_app_secret": SecretStr("new" * 12), "facebook_app_secret_previous": SecretStr("old" * 12)}
    )
    body = a_post(clock)
    for secret, status in (("new" * 12, 200), ("old" * 12, 200), ("elder" * 8, 401)):
        assert answer(replace(runtime, settings=settings), body, signed(body, secret)) == status


def test_without_an_app_secret_nothing_verifies(runtime: Runtime, clock: SetClock) -> None:
    bare = replace(runtime, settings=runtime.settings.model_copy(update={"facebook_app_secret": None}))
    body = a_post(clock)
    assert answer(bare, body, signed(body, "")) == 401


# --- how much -------------------------------------------------------------------------------------------------------


def test_a_delivery_over_the_cap_is_413_by_what_it_declares(runtime: Runtime, database: Database) -> None:
    body = b"x" * (CAP + 1)
    assert answer(runtime, body, signed(body)) == 413
    assert events(database) == []


def test_a_delivery_over_the_cap_is_413_by_what_it_sends(runtime: Runtime) -> None:
    sent = []

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(40):
            sent.append(1)
            yield b"x" * 2**20

    async def run() -> int:
        async with opened(make_app(runtime)) as client:
            return (await client.post(FACEBOOK, content=parts(), headers=signed(b"whatever"))).status_code

    assert asyncio.run(run()) == 413


def test_a_delivery_as_large_as_allowed_is_taken(runtime: Runtime, database: Database) -> None:
    body = b'"' + b"x" * (CAP - 2) + b'"'
    assert answer(runtime, body, signed(body)) == 200
    assert [len(event.body) for event in events(database)] == [CAP]


# --- what is in it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"{", b"", b"[]", b"null", b'{"object":"page"}', b'{"object":"moon","entry":[]}', b"\xff\xfe\x00"]
)
def test_what_cannot_be_read_is_taken_and_set_aside_with_a_reason(
    runtime: Runtime, town: Town, database: Database, body: bytes
) -> None:
    assert answer(runtime, body, signed(body)) == 200
    work(town)
    with database.session(ALL_BRANDS) as session:
        issue = session.exec(select(EventIssue)).one()
        assert (issue.kind, bool(issue.why)) == ("set-aside", True)


def test_an_unknown_page_is_taken_and_shown_to_the_administrator(
    runtime: Runtime, town: Town, database: Database, clock: SetClock
) -> None:
    body = a_post(clock, page_id="424242")
    assert answer(runtime, body, signed(body)) == 200
    work(town)
    assert issues(database) == [("unknown-page", "424242")]


def test_a_batch_of_a_thousand_changes_of_many_pages_is_worked_in_whole(
    runtime: Runtime, town: Town, database: Database, clock: SetClock
) -> None:
    entries = [
        post(STORE_PAGE if n % 2 else "424242", clock.now(), f"Complaint {n}", post_id=fresh_id("p"), author=str(n))
        for n in range(1_000)
    ]
    body = orjson.dumps({"object": "page", "entry": entries})
    assert answer(runtime, body, signed(body)) == 200
    work(town)
    with database.session(town.brand_id) as session:
        assert len(session.exec(select(Mention.id)).all()) == 500
    assert issues(database) == [("unknown-page", "424242")] * 500


def test_the_same_delivery_twice_is_stored_once(runtime: Runtime, database: Database, clock: SetClock) -> None:
    body = a_post(clock)
    first, second = send(runtime, (FACEBOOK, body, signed(body)), (FACEBOOK, body, signed(body)))
    assert (first.status_code, second.status_code) == (200, 200)
    assert [event.body for event in events(database)] == [body]


# --- durable before it is acknowledged ------------------------------------------------------------------------------


def test_fifty_at_once_are_all_durable_before_their_200_in_a_few_commits(
    runtime: Runtime, database: Database, clock: SetClock
) -> None:
    bodies = [a_post(clock, text=f"Complaint {number}") for number in range(50)]

    async def bring(client: httpx.AsyncClient, watcher: psycopg.AsyncConnection, body: bytes) -> bool:
        response = await client.post(FACEBOOK, content=body, headers=signed(body))
        assert response.status_code == 200
        digest = Delivery(Lane.WEBHOOK, FACEBOOK_SOURCE, body, clock.now()).digest
        found = await watcher.execute("select from event_key where digest = %s", [digest])
        return found.rowcount == 1

    async def run() -> list[bool]:
        async with (
            await psycopg.AsyncConnection.connect(database.url, autocommit=True) as watcher,
            opened(make_app(runtime)) as client,
        ):
            return await asyncio.gather(*(bring(client, watcher, body) for body in bodies))

    assert asyncio.run(run()) == [True] * 50
    with database.engine.connect() as connection:
        commits = connection.exec_driver_sql("select count(distinct xmin::text) from event_key").scalar_one()
    assert commits < 50


def test_while_the_database_is_down_nothing_is_acknowledged(
    runtime: Runtime, database: Database, clock: SetClock
) -> None:
    body = a_post(clock)
    (response,) = send(runtime, (FACEBOOK, body, signed(body)), url=NOWHERE)
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert events(database) == []
    assert answer(runtime, body, signed(body)) == 200


def test_a_connection_that_died_is_replaced_without_losing_a_delivery(
    runtime: Runtime, database: Database, clock: SetClock, server: TestServer
) -> None:
    async def run() -> list[int]:
        async with opened(make_app(runtime)) as client:
            statuses = []
            for _ in range(3):
                body = a_post(clock)
                statuses.append((await client.post(FACEBOOK, content=body, headers=signed(body))).status_code)
                with psycopg.connect(server.admin_url_of(database), autocommit=True) as admin:
                    admin.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                        " where application_name = 'localcare webhook' and datname = current_database()"
                    )
            return statuses

    assert asyncio.run(run()) == [200, 200, 200]
    assert len(events(database)) == 3


def test_stopping_writes_what_still_waits(runtime: Runtime, database: Database, clock: SetClock) -> None:
    async def run() -> None:
        app = make_app(runtime)
        group_commit = app.state.group_commit
        await group_commit.start()
        deliveries = [Delivery(Lane.WEBHOOK, FACEBOOK_SOURCE, a_post(clock), clock.now()) for _ in range(20)]
        waiting = [asyncio.create_task(group_commit.store(each)) for each in deliveries]
        await asyncio.sleep(0)
        await group_commit.stop()
        await asyncio.gather(*waiting)

    asyncio.run(run())
    assert len(events(database)) == 20


# --- signed sources -------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(runtime: Runtime, town: Town) -> str:
    """A listening tool called radar."""
    with runtime.db.session(town.brand_id) as session:
        now = runtime.clock.now()
        return add_source(session, town.brand_id, "radar", channel="community", cipher=runtime.cipher, now=now)


def bring_mentions(runtime: Runtime, secret: str, body: bytes, source: str = "radar") -> httpx.Response:
    headers = {"X-Localcare-Signature-256": signature(body, secret)}
    (response,) = send(runtime, (f"/webhooks/mentions/{source}", body, headers))
    return response


def test_a_source_brings_mentions_under_its_own_secret(
    runtime: Runtime, town: Town, database: Database, secret: str, clock: SetClock
) -> None:
    items = [{"external_id": f"t-{n}", "text": "I waited an hour", "store_number": "4001"} for n in range(3)]
    for _ in range(2):
        response = bring_mentions(runtime, secret, orjson.dumps({"mentions": items}))
        assert (response.status_code, response.json()) == (200, {"accepted": 3})
        clock.advance(timedelta(seconds=1))
    work(town)
    with database.session(town.brand_id) as session:
        found = session.exec(select(Mention.channel, Mention.external_id)).all()
    assert sorted(found) == [("community", "t-0"), ("community", "t-1"), ("community", "t-2")]


def test_a_source_cannot_use_another_secret_or_metas(runtime: Runtime, database: Database, secret: str) -> None:
    body = orjson.dumps({"mentions": []})
    assert bring_mentions(runtime, "guess", body).status_code == 401
    assert answer(runtime, body, signed(body, secret), path="/webhooks/mentions/radar") == 401
    assert bring_mentions(runtime, secret, body, source="sonar").status_code == 404
    assert events(database) == []


def test_one_bad_item_spoils_no_other(runtime: Runtime, town: Town, database: Database, secret: str) -> None:
    body = orjson.dumps(
        {"mentions": [{"external_id": "ok", "text": "Nobody helped"}, {"external_id": "bad", "rating": 9}, 7]}
    )
    assert bring_mentions(runtime, secret, body).status_code == 200
    work(town)
    assert [kind for kind, _ in issues(database)] == ["set-aside", "set-aside"]
    with database.session(town.brand_id) as session:
        assert session.exec(select(Mention.external_id)).all() == ["ok"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", orjson.dumps({"mentions": [{}] * 1_001})])
def test_a_delivery_that_is_no_list_of_mentions_is_sent_back(
    runtime: Runtime, database: Database, secret: str, body: bytes
) -> None:
    response = bring_mentions(runtime, secret, body)
    assert response.status_code == 422
    assert "mentions" in response.json()["detail"]
    assert events(database) == []


def test_a_source_is_told_to_come_back_while_the_database_is_down(runtime: Runtime) -> None:
    down = connect_database(NOWHERE)
    response = bring_mentions(replace(runtime, db=down), "any", b"{}")
    assert response.status_code == 503
    down.dispose()
