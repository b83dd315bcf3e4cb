"""Real directories told back as a network would: spelled otherwise, fixes that tremble, no numbers. Nothing may go astray."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from localcare.stores.core.conflicts import StoreHere
from localcare.stores.core.directory import StoreRow, read_directory
from localcare.stores.core.listing import Listing
from localcare.stores.core.reconcile import reconcile

pytestmark = pytest.mark.long

_LONG_FORMS = {" St": " Street", " Rd": " Road", " Blvd": " Boulevard", " Ave": " Avenue", " Hwy": " Highway"}


def told_back(page_id: int, row: StoreRow, rng: random.Random) -> Listing:
    """The store's Page without a number: street types written out, a suite added, a fix about 50 m off."""
    street = (row.street or "").title()
    for short, long in _LONG_FORMS.items():
        if street.endswith(short) and rng.random() < 0.5:
            street = street.removesuffix(short) + long
    street += f", Suite {rng.randint(1, 99)}" if rng.random() < 0.2 else ""
    lat, lng = (None if part is None else part + rng.gauss(0, 0.0005) for part in (row.lat, row.lng))
    city = (row.city or "").title()
    return Listing(str(page_id), street=street or None, city=city, state=row.state, zip=row.zip, lat=lat, lng=lng)


@pytest.mark.parametrize("name", ["mcdonalds", "autozone", "home-depot"])
def test_a_real_directory_is_found_again_by_address_alone(eval_data: Path, name: str) -> None:
    with (eval_data / "stores" / f"{name}_locations.csv").open(encoding="utf-8") as lines:
        rows = read_directory(lines).rows
    stores = [
        StoreHere(at, row.number, "", None, row.street, row.city, row.state, row.zip, row.lat, row.lng)
        for at, row in enumerate(rows)
    ]
    rng = random.Random(1)
    listings = [told_back(at, row, rng) for at, row in enumerate(rows)]
    found = reconcile(listings, stores)
    assert [match for match in found.matches if match.listing.page_id != str(match.store.id)] == []
    assert len(found.matches) >= 0.99 * len(rows)
    numbered = [replace(each, number=row.number.lstrip("0")) for each, row in zip(listings, rows, strict=True)]
    by_number = reconcile(numbered, stores)
    assert (len(by_number.matches), by_number.conflicts) == (len(rows), [])


def test_no_store_is_given_the_page_of_one_that_is_not_here(eval_data: Path) -> None:
    with (eval_data / "stores" / "autozone_locations.csv").open(encoding="utf-8") as lines:
        rows = read_directory(lines).rows
    stores = [
        StoreHere(at, row.number, "", None, row.street, row.city, row.state, row.zip, row.lat, row.lng)
        for at, row in enumerate(rows)
        if at % 5
    ]
    rng = random.Random(2)
    found = reconcile([told_back(at, row, rng) for at, row in enumerate(rows)], stores)
    assert [match for match in found.matches if match.listing.page_id != str(match.store.id)] == []
    assert found.new == []
