"""A brand that is not connected yet, and the stand-in that has its Pages; the real SDK between them, over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from pydantic import SecretStr
from sqlmodel import select

from localcare.channels.facebook.connecting import begin_connection, find_pages, get_connection, subscribe_pages
from localcare.channels.facebook.connecting_repository import find_connection
from localcare.channels.facebook.core.report import ConnectReport
from localcare.channels.facebook.discovering import Doors
from localcare.channels.facebook.models import FacebookConnection, PageAccess
from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.graph import Graph
from localcare.sandbox.objects import App, PageSeed
from localcare.sandbox.seeding import invented_brand, invented_stores
from localcare.sandbox.world import World
from tests.journeys.serving import address_of, listen, serving

BRAND_PAGE = invented_brand().id or ""
FIELDS = ("feed", "mention", "messages", "message_echoes", "message_edits")


@dataclass
class Facebook:
    """Both sides: the installation's runtime, and the world behind the stand-in."""

    runtime: Runtime
    clock: SetClock
    brand_id: int
    world: World
    graph: Graph

    def begin(self, token: str | None = None, doors: Doors | None = None) -> list[str]:
        """Keep a token, the system user's unless another is given; returns the slugs of what was found."""
        given = SecretStr(token or self.world.system_token)
        looked = begin_connection(self.runtime, self.brand_id, given, doors, by="test")
        return [finding.slug for finding in looked.findings]

    def find(self) -> ConnectReport:
        return find_pages(self.runtime, self.brand_id, by="test")

    def subscribe(self, *, again: bool = False, takes_over: bool = False) -> ConnectReport:
        return subscribe_pages(self.runtime, self.brand_id, by="test", again=again, takes_over=takes_over)

    def connect(self, token: str | None = None, doors: Doors | None = None) -> ConnectReport:
        self.begin(token, doors)
        self.find()
        return self.subscribe()

    def pages(self) -> dict[str, PageAccess]:
        with self.runtime.db.session(self.brand_id) as session:
            return {access.page_id: access for access in session.exec(select(PageAccess))}

    def connection(self) -> FacebookConnection:
        with self.runtime.db.session(self.brand_id) as session:
            return get_connection(session, self.brand_id)

    def is_connected(self) -> bool:
        with self.runtime.db.session(self.brand_id) as session:
            return find_connection(session, self.brand_id) is not None

    def token_of(self, page_id: str) -> str:
        sealed = self.pages()[page_id].token_encrypted
        return self.runtime.cipher.decrypt(sealed, row=f"page:{page_id}")

    def store(self, number: int) -> str:
        """The page id of a store."""
        return invented_stores(number)[number - 1].id or ""


@pytest.fixture
def facebook(runtime: Runtime, clock: SetClock, brand: Brand) -> Iterator[Facebook]:
    """Five stores below the brand's Page; the app's webhooks already come here, no Page is subscribed."""
    assert brand.id is not None
    assert runtime.settings.facebook_app_id and runtime.settings.facebook_app_secret  # noqa: PT018
    app = App(runtime.settings.facebook_app_id, secret=runtime.settings.facebook_app_secret.get_secret_value())
    stores: list[PageSeed] = invented_stores(5)
    world = World.from_pages(invented_brand(), stores, clock=clock, app=app)
    world.callback_url, world.app_fields = f"{runtime.settings.base_url}/webhooks/facebook", FIELDS
    world.instagram_fields = ("comments", "mentions", "messages")
    stand_in = create_sandbox_app(world)
    with listen() as listener, serving(stand_in, listener):
        settings = runtime.settings.model_copy(update={"graph_url": address_of(listener)})
        yield Facebook(replace(runtime, settings=settings), clock, brand.id, world, stand_in.state.standing.graph)
