"""A world of three stores, its stand-in over real HTTP, and a callback that remembers what it was told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from localcare.kit.clock import SetClock
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import PageSeed, Place
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.world import World
from tests.journeys.serving import address_of, listen, serving

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BRAND = PageSeed("Bluebird Wireless", id="108000000000001", overall_star_rating=3.9, rating_count=1200)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
STORES = tuple(
    PageSeed(
        name=f"Bluebird Wireless ({city})",
        id=f"10800000000010{number}",
        store_number=number,
        store_code=f"{number:05}",
        location=Place(street, city, "TX", zip_code, "United States", 32.78 + number, -96.8),
        phone="+1 214-555-0100",
        hours={f"{day}_1_{edge}": at for day in WORKDAYS for edge, at in (("open", "09:00"), ("close", "19:00"))},
        rating_count=3 if number == 2 else 40,
        overall_star_rating=4.2,
    )
    for number, (street, city, zip_code) in enumerate(
        [("1 Main St", "Dallas", "75201"), ("22 Elm Ave", "Plano", "75023"), ("9 Oak Blvd", "Frisco", "75034")], start=1
    )
)
STORE = "108000000000101"
OTHER_STORE = "108000000000102"


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def world(clock: SetClock) -> World:
    return World.from_pages(BRAND, STORES, clock=clock)


@pytest.fixture
def told(world: World) -> list[PageUpdate]:
    """What the world tells once everybody is subscribed."""
    updates: list[PageUpdate] = []
    world.subscribe_all(("feed", "mention", "messages", "message_echoes", "message_deliveries", "ratings"))
    world.listeners.append(updates.append)
    return updates


@dataclass
class Callback:
    """An app's webhook endpoint: keeps bodies and headers, answers with the queued statuses, then 200."""

    verify_token: str
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    arrived: Callable[[], None] = lambda: None

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/hook", self.answer, methods=["GET", "POST"])])

    async def answer(self, request: Request) -> Response:
        if request.method == "GET":
            if request.query_params["hub.verify_token"] != self.verify_token:
                return Response(status_code=403)
            return PlainTextResponse(request.query_params["hub.challenge"])
        self.bodies.append(await request.body())
        self.signatures.append(request.headers.get("x-hub-signature-256", ""))
        self.arrived()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def callback(world: World) -> Callback:
    return Callback(world.app.verify_token)


@pytest.fixture
def callback_client(callback: Callback) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(callback.app()), base_url="http://callback")


@dataclass
class Served:
    """A stand-in that listens on a real port."""

    url: str
    world: World


@pytest.fixture
def served(world: World) -> Iterator[Served]:
    with listen() as listener, serving(create_sandbox_app(world), listener):
        yield Served(address_of(listener), world)
