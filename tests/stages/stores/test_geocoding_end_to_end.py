"""From a post that names no store, over a geocoder on the loopback and the real queue, to the store next door."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

import pytest
from sqlalchemy import text

from localcare.intake import service as intake
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.kit.jobs import run_jobs
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.pipeline import Pipeline
from localcare.stores.geocoding import chosen_geocoder
from tests.deliveries import delivery, post
from tests.factories import make_page, make_store
from tests.stages.stores.geocoder_server import GeocoderServer, serving
from tests.triagers import rules_only

BRAND_PAGE = "100000000000000"
WORDS = "Your shop at 1200 Main St, Katy, TX 77449 never answers the phone, I want my money back!"


@pytest.fixture
def provider() -> Iterator[GeocoderServer]:
    with serving() as provider:
        yield provider


@pytest.fixture
def asking(runtime: Runtime, provider: GeocoderServer) -> Runtime:
    """A process whose settings name a geocoding server of their own."""
    settings = runtime.settings.model_copy(update={"geocoder": "nominatim", "geocoder_url": provider.url})
    return replace(runtime, settings=settings)


def resolutions(database: Database, brand: Brand) -> list[tuple[str, str | None, str]]:
    """(status, store number, evidence) of every reading, oldest first."""
    with database.session(brand.id) as session:
        rows = session.execute(
            text(
                "select r.status, s.number, r.candidates::text from resolution r"
                " left join store s on s.id = r.store_id order by r.id"
            )
        )
        return [(row[0], row[1], row[2]) for row in rows]


def test_an_address_that_is_no_stores_leads_to_the_store_next_door(
    asking: Runtime, database: Database, brand: Brand, clock: SetClock, provider: GeocoderServer
) -> None:
    with database.session(brand.id) as session:
        near = {"city": "Katy", "zip_code": "77449"}
        make_store(session, brand, number="4001", name="Pellora One", latitude=29.7869, longitude=-95.8199, **near)
        make_store(session, brand, number="4002", name="Pellora Two", latitude=29.85, longitude=-95.70, **near)
        make_page(session, brand, page_id=BRAND_PAGE)
    triager = rules_only()
    pipeline = Pipeline(database, clock, triager, geocoder=chosen_geocoder(asking.settings))
    asking.workbench.put(pipeline)
    entry = post(BRAND_PAGE, clock.now(), WORDS, post_id=f"{BRAND_PAGE}_1")
    with database.session(ALL_BRANDS) as session:
        intake.accept(session, [delivery([entry], clock.now())])
    pipeline.work_batch()
    assert provider.asked == []
    assert [status for status, _, _ in resolutions(database, brand)] == ["ambiguous"]
    import_module("localcare.stores.tasks")
    asyncio.run(run_jobs(database, asking, concurrency=1, wait=False))
    assert [asked.question for asked in provider.asked] == ["1200 Main St, Katy, TX 77449"]
    status, number, evidence = resolutions(database, brand)[-1]
    assert (status, number) == ("likely", "4001")
    assert "from the fix" in evidence
    assert "(address looked up: © OpenStreetMap contributors)" in evidence
