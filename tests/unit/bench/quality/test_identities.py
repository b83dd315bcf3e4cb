import pytest

from localcare.bench.quality.directories import Directory
from localcare.bench.quality.identities import Tally, ask_identities, spell_as_reviews_do
from localcare.stores.core.resolve import StoreEntry
from tests.unit.bench.quality.made import store


@pytest.mark.parametrize(
    ("street", "spelled"),
    [
        ("900 North Main Street", "900 N Main St"),
        ("900 North Ave", "900 North Ave"),
        ("480 US Hwy 79 W", "480 US-79 W"),
        ("3820 HWY 64 WEST (Walmart #1022)", "3820 HWY 64 WEST"),
        ("12 Elm Boulevard South", "12 Elm Blvd S"),
    ],
)
def test_addresses_are_spelled_as_the_review_source_does(street: str, spelled: str) -> None:
    assert spell_as_reviews_do(store("1", street, "Katy")) == f"{spelled}, Katy, TX 77001, United States"


def test_a_store_without_an_address_has_none_to_spell() -> None:
    assert spell_as_reviews_do(StoreEntry(id=1, number="1")) is None


def test_facts_of_a_small_directory_are_asked_and_shared_ones_left_open() -> None:
    entries = tuple(
        StoreEntry(
            id=at,
            number=f"70{at}",
            street="10 Mall Rd" if at < 3 else f"{at} Oak St",
            city="Katy",
            state="TX",
            zip="77449",
            lat=29.8 + at / 10,
            lng=-95.7,
            phone=f"+1281555010{at}",
            page_ids=(f"980000000000{at}",),
        )
        for at in range(1, 6)
    )
    asked = ask_identities(
        Directory("mcdonalds", "McDonald's", entries).resolver(), Directory("mcdonalds", "", entries)
    )
    assert asked["page_id"] == asked["phone"] == Tally(asked=5, right=5)
    assert asked["address_as_place"] == Tally(asked=4, right=3, shared=1)
    assert asked["coordinates"].share.value == 1.0
