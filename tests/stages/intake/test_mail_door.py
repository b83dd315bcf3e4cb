"""`POST /webhooks/mail`: under its secret, up to its size, and never a bounce for what is refused."""

import asyncio
from base64 import b64encode
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from localcare.channels.facebook.models import PageAccess, PageIncident
from localcare.intake.mail_routes import router
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from tests.channels.mail.letters import RELAY, letter
from tests.factories import make_page
from tests.stages.intake.doors import make_app, opened

SECRET = "a-secret-for-the-mail-lane-0123456789"
BEARER = {"Authorization": f"Bearer {SECRET}"}
BASIC = {"Authorization": "Basic " + b64encode(f"relay:{SECRET}".encode()).decode()}


def post(runtime: Runtime, body: bytes, headers: dict[str, str], *, secret: str | None = SECRET) -> httpx.Response:
    changed = {"inbound_mail_secret": SecretStr(secret) if secret else None, "mail_relay": RELAY}
    app = make_app(replace(runtime, settings=runtime.settings.model_copy(update=changed)))
    app.include_router(router)

    async def asked() -> httpx.Response:
        async with opened(app) as client:
            return await client.post("/webhooks/mail", content=body, headers=headers)

    return asyncio.run(asked())


@pytest.mark.parametrize("headers", [BEARER, BASIC], ids=["bearer", "basic"])
def test_a_mail_under_the_secret_becomes_a_mention(runtime: Runtime, brand: Brand, headers: dict[str, str]) -> None:
    answer = post(runtime, letter(), headers)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "mention")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer no"}, {"Authorization": "Basic %%%"}], ids=range(3))
def test_a_wrong_secret_is_turned_away(runtime: Runtime, brand: Brand, headers: dict[str, str]) -> None:
    assert post(runtime, letter(), headers).status_code == 401


def test_without_a_secret_nothing_is_taken_in(runtime: Runtime, brand: Brand) -> None:
    assert post(runtime, letter(), BEARER, secret=None).status_code == 403


def test_a_forged_mail_is_refused_without_a_bounce(runtime: Runtime, brand: Brand) -> None:
    answer = post(runtime, letter(results=f"{RELAY}; dkim=fail header.d=facebookmail.com"), BEARER)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "refused")


def test_what_is_too_large_is_refused(runtime: Runtime, brand: Brand) -> None:
    assert post(runtime, b"x" * (16 * 2**20 + 1), BEARER).status_code == 413


COMMENTED = letter(
    "Ana Pérez commented on Pellora Memorial City's post",
    "Ana Pérez commented on Pellora Memorial City's post.\n\n“Nobody was there.”\n\nSee comment",
)


def connect(runtime: Runtime, brand: Brand, **facts: Any) -> None:
    known: dict[str, Any] = {
        "health": "ok",
        "subscribed_fields": ["feed"],
        "scopes": ["pages_read_user_content"],
    } | facts
    with runtime.db.session(brand.id) as session:
        make_page(session, brand, page_id="101", name="Pellora Memorial City")
        now = runtime.clock.now()
        session.add(PageAccess(page_id="101", brand_id=brand.id or 0, token_encrypted=b"sealed", since=now, **known))


def test_what_facebook_tells_by_itself_is_no_second_mention(runtime: Runtime, brand: Brand) -> None:
    connect(runtime, brand)
    assert post(runtime, COMMENTED, BEARER).json()["outcome"] == "known"


@pytest.mark.parametrize(
    "facts", [{"health": "token"}, {"subscribed_fields": ["messages"]}, {"scopes": ["pages_messaging"]}], ids=str
)
def test_a_mail_counts_where_facebook_cannot_tell(runtime: Runtime, brand: Brand, facts: dict[str, object]) -> None:
    connect(runtime, brand, **facts)
    assert post(runtime, COMMENTED, BEARER).json()["outcome"] == "mention"


@pytest.mark.parametrize(("page_id", "kind"), [("101", "silence"), ("*{brand}", "subscription")])
def test_a_mail_counts_while_webhooks_are_known_to_fail(
    runtime: Runtime, brand: Brand, page_id: str, kind: str
) -> None:
    connect(runtime, brand)
    now = runtime.clock.now()
    with runtime.db.session(brand.id) as session:
        where = page_id.format(brand=brand.id)
        session.add(PageIncident(brand_id=brand.id or 0, page_id=where, kind=kind, since=now, noticed_at=now))
    assert post(runtime, COMMENTED, BEARER).json()["outcome"] == "mention"
