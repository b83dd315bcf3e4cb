"""A pipeline over a small brand: two stores with Pages, and the brand's own Page."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from localcare.intake import service as intake
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.people.models import Brand
from localcare.pipeline import Pipeline
from localcare.stores.models import Store
from localcare.triage.core import Triager
from localcare.triage.model_files import ModelHome
from localcare.triage.model_shelf import ModelShelf
from tests.deliveries import delivery
from tests.factories import make_page, make_store
from tests.triagers import rules_only

STORE_PAGE, OTHER_STORE_PAGE, BRAND_PAGE = "101000000000001", "101000000000002", "100000000000000"


@dataclass(frozen=True)
class Town:
    """The small brand, and the way to tell its pipeline something."""

    brand_id: int
    store: Store
    pipeline: Pipeline
    tell: Callable[..., None]


@pytest.fixture(scope="session")
def triager() -> Triager:
    """The shipped triager by its rules alone: quick to load, and the same on every machine."""
    return rules_only()


@pytest.fixture
def town(database: Database, brand: Brand, clock: SetClock, triager: Triager, tmp_path: Path) -> Town:
    """Stores 4001 and 4002 of a brand, each with a Page."""
    assert brand.id is not None
    with database.session(brand.id) as session:
        store = make_store(session, brand, number="4001")
        other = make_store(session, brand, number="4002", name="Pellora Katy Mills", city="Katy", zip_code="77494")
        make_page(session, brand, page_id=STORE_PAGE, store=store)
        make_page(session, brand, page_id=OTHER_STORE_PAGE, store=other)
        make_page(session, brand, page_id=BRAND_PAGE)
    pipeline = Pipeline(database, clock, triager, models=ModelShelf(ModelHome(tmp_path / "models")))

    def tell(*entries: dict[str, object], together: bool = True) -> None:
        groups = [list(entries)] if together else [[entry] for entry in entries]
        with database.session(ALL_BRANDS) as session:
            for group in groups:
                intake.accept(session, [delivery(group, clock.now())])
        while pipeline.work_batch().events:
            pass

    return Town(brand.id, store, pipeline, tell)
