"""A brand with its own Page and store Pages on the stand-in, read with the real SDK over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlmodel import col, select

from localcare.channels.facebook.locations import SyncOrder, SyncOutcome, Watch, connect_brand_page, sync_brand
from localcare.channels.facebook.models import PageAccess
from localcare.kit.clock import SetClock
from localcare.kit.db import Session
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.graph import Graph
from localcare.sandbox.objects import App, PageSeed, Place
from localcare.sandbox.world import World
from localcare.stores.conflicts import OpenConflict, list_conflicts
from localcare.stores.deciding import decide_conflict, undo_decision
from localcare.stores.models import DirectoryChange, Store, StorePage
from localcare.stores.service import import_directory
from localcare.stores.syncing import SyncOptions
from tests.conftest import NOW
from tests.journeys.serving import address_of, listen, serving

BRAND_PAGE = "108000000000001"
CITIES = [("Dallas", "75201"), ("Plano", "75023"), ("Frisco", "75034"), ("Waco", "76701"), ("Katy", "77494")]
HOURS = {f"{day}_1_{edge}": at for day in ("mon", "tue") for edge, at in (("open", "09:00"), ("close", "19:00"))}
HEADER = "store_number,name,street,city,state,zip,latitude,longitude,page_id\n"


def seed(number: int, *, page_id: str | None = None, code: str | None = None) -> PageSeed:
    city, zip_code = CITIES[number % len(CITIES)]
    place = Place(f"{number} Main St", city, "TX", zip_code, "United States", 31.0 + number / 50, -97.0)
    return PageSeed(
        name=f"Pellora ({city})",
        id=page_id or str(108_000_000_000_100 + number),
        store_number=number,
        store_code=code or f"{number:04}",
        location=place,
        phone="+1 214-555-0100",
        hours=HOURS,
    )


def line(at: int, **other: str) -> str:
    """A store of the file that is the same as `seed` but for what is said."""
    city, zip_code = CITIES[at % len(CITIES)]
    facts = {
        "number": f"{at:04}", "name": f"Store {at}", "street": f"{at} Main Street", "city": city,
        "state": "TX", "zip": zip_code, "lat": f"{31.0 + at / 50}", "lng": "-97.0", "page": "",
    }  # fmt: skip
    return ",".join((facts | other).values()) + "\n"


@dataclass
class Brandside:
    """A brand whose own Page has a token, and the stand-in that knows its stores."""

    runtime: Runtime
    clock: SetClock
    brand_id: int
    world: World
    graph: Graph
    read: list[int] = field(default_factory=list)

    def sync(self, options: SyncOptions | None = None, *, at_once: int = 2) -> SyncOutcome:
        order = SyncOrder(by="test", options=options or SyncOptions(), at_once=at_once)
        outcome = sync_brand(self.runtime, self.brand_id, order, Watch(on_read=self.read.append))
        assert outcome is not None
        return outcome

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.runtime.db.session(self.brand_id) as session:
            yield session

    def imported(self, *lines: str) -> None:
        """The directory as a file told it a month ago."""
        with self.session() as session:
            import_directory(session, self.brand_id, [HEADER, *lines], now=NOW - timedelta(days=30))

    def stores(self) -> dict[str, Store]:
        with self.session() as session:
            return {store.number: store for store in session.exec(select(Store))}

    def links(self) -> dict[str, tuple[str | None, str]]:
        """Store number and kind by page id, of the Pages linked now."""
        with self.session() as session:
            query = select(StorePage, Store).join(Store, col(Store.id) == col(StorePage.store_id), isouter=True)
            rows = session.exec(query.where(col(StorePage.valid_to).is_(None))).all()
            return {page.page_id: (store.number if store else None, page.kind) for page, store in rows}

    def tokens(self) -> dict[str, str]:
        with self.session() as session:
            return {
                access.page_id: self.runtime.cipher.decrypt(access.token_encrypted, row=f"page:{access.page_id}")
                for access in session.exec(select(PageAccess))
            }

    def version(self) -> int:
        with self.session() as session:
            return session.exec(select(Brand.directory_version).where(col(Brand.id) == self.brand_id)).one()

    def open_conflicts(self) -> list[OpenConflict]:
        with self.session() as session:
            return list_conflicts(session, self.brand_id)

    def decide(self, slug: str) -> tuple[int, list[str]]:
        """Decide the only conflict; returns its id and what was done."""
        (conflict,) = self.open_conflicts()
        store_id = str(conflict.stores[0].store_id) if conflict.stores else ""
        with self.session() as session:
            wanted = slug.replace("?", store_id)
            done = decide_conflict(session, self.brand_id, conflict.id, wanted, by="Max", now=self.clock.now())
            return conflict.id, [change.kind for change in done]

    def take_back(self, conflict_id: int) -> None:
        with self.session() as session:
            undo_decision(session, self.brand_id, conflict_id, by="Max", now=self.clock.now())

    def runs(self) -> list[str]:
        """How the syncs ended, oldest first."""
        with self.session() as session:
            found = select(DirectoryChange).where(
                col(DirectoryChange.store_id).is_(None), DirectoryChange.kind == "synced"
            )
            return [str(run.after["state"]) for run in session.exec(found.order_by(col(DirectoryChange.id)))]


def page_of(number: int) -> str:
    return str(108_000_000_000_100 + number)


@contextmanager
def brandside(runtime: Runtime, clock: SetClock, brand: Brand) -> Iterator[Brandside]:
    """Five stores on Facebook, none here; the stand-in answers until the block ends."""
    assert brand.id is not None
    assert runtime.settings.facebook_app_id and runtime.settings.facebook_app_secret  # noqa: PT018
    app = App(runtime.settings.facebook_app_id, secret=runtime.settings.facebook_app_secret.get_secret_value())
    world = World.from_pages(
        PageSeed("Pellora", id=BRAND_PAGE), [seed(number) for number in range(1, 6)], clock=clock, app=app
    )
    stand_in = create_sandbox_app(world)
    with listen() as listener, serving(stand_in, listener):
        settings = runtime.settings.model_copy(update={"graph_url": address_of(listener)})
        ready = replace(runtime, settings=settings)
        token = world.pages[BRAND_PAGE].access_token
        connect_brand_page(ready, brand.id, BRAND_PAGE, token, by="test")
        yield Brandside(ready, clock, brand.id, world, stand_in.state.standing.graph)


def far_off(side: Brandside) -> None:
    """Store 1 is known here at a place 170 km from its Page's."""
    side.imported(line(1, street="77 Elm Ave", lat="32.5"))
