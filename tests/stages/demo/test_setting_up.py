"""The demo's brand in a database: complete, quick, and the same when it is set up again."""

import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from localcare.demo.brand import load_brand
from localcare.demo.setting_up import set_up_brand
from localcare.kit.db import ALL_BRANDS, Database

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
COUNTS = text("""
    select (select count(*) from brand), (select count(*) from store), (select count(*) from store_page),
           (select count(*) from person), (select count(*) from role_grant), (select count(*) from saved_reply)
""")


def _counts(database: Database) -> tuple[int, ...]:
    with database.session(ALL_BRANDS) as session:
        return tuple(session.execute(COUNTS).one())


def test_it_is_the_same_when_it_is_set_up_again(database: Database) -> None:
    brand = load_brand(40)
    for _ in range(2):
        with database.session(ALL_BRANDS) as session:
            set_up_brand(session, brand, now=NOW)
    brands, stores, pages, persons, _, saved = _counts(database)
    assert (brands, stores, pages) == (1, 40, 41)
    assert saved >= 20
    # leads of metros where none of the 40 stores is have nothing to lead
    managers = {person.email for person in brand.people if person.role != "lead"}
    assert len(managers) < persons <= len({person.email for person in brand.people})


@pytest.mark.long
def test_every_store_and_everybody_stands_within_seconds(database: Database) -> None:
    brand = load_brand()
    start = time.perf_counter()
    with database.session(ALL_BRANDS) as session:
        set_up_brand(session, brand, now=NOW)
    took = time.perf_counter() - start
    assert _counts(database)[1] == len(brand.stores) >= 3000
    assert took < 15, "about 2 s on a quiet machine"
