"""Two stores behind one door, whatever the spelling, and words that quote what belongs to the store they speak for."""

import pytest

from localcare.stores.core.resolve import Answer, Question, Resolver, StoreEntry
from localcare.stores.core.spoken import street_keys
from localcare.stores.core.values import Place

KIOSK = StoreEntry(1, "31", "Kiosk", "20 Mall Rd Ste 1", "Burlington", "MA", "01803")
SHOP = StoreEntry(2, "32", "Shop", "20 Mall Road", "Burlington", "MA", "01803")
FAR = StoreEntry(3, "33", "Far", "5 Main St", "Boston", "MA", "02108")


def ask(text: str = "", place: Place | None = None) -> Answer:
    return Resolver([KIOSK, SHOP, FAR]).resolve(Question("q", text, place=place))


@pytest.mark.parametrize(
    "text",
    [
        "your store at 20 Mall Rd in Burlington MA was dirty",
        "20 Mall Road, Burlington was dirty",
        "20 mall rd. suite 4 burlington",
        "waited an hour in the store on Mall Rd in Burlington",
        "the Mall Road store in Burlington is dirty",
    ],
)
def test_two_stores_at_one_address_on_a_street_of_type_words_are_ambiguous_however_it_is_spelled(text: str) -> None:
    answer = ask(text)
    assert (answer.status, {each.number for each in answer.candidates}) == ("ambiguous", {"31", "32"})


def test_the_suite_tells_them_apart() -> None:
    assert ask("the store at 20 Mall Rd Ste 1, Burlington").store_id == 1


@pytest.mark.parametrize("spelled", ["20 Mall Rd", "20 Mall Road"])
def test_the_words_for_each_of_them_quote_the_customer_and_no_other_stores_address(spelled: str) -> None:
    for answer in (
        ask(f"the store at {spelled} in Burlington MA"),
        ask(place=Place(street=spelled, city="Burlington", state="MA")),
    ):
        for candidate in answer.candidates:
            (address,) = [each.detail for each in candidate.evidence if each.kind == "address"]
            assert address.endswith("is the address of 2 stores")
            assert spelled.lower() in address.lower()


@pytest.mark.parametrize(
    ("street", "keys"),
    [
        ("20 Mall Rd", ["mall rd", "mall road"]),
        ("20 Mall Road", ["mall road", "mall rd"]),
        ("8 Court Street", ["court street", "court st"]),
        ("7 Avenue N", []),
        ("5 E St", []),
        ("3 Park Ave", ["park"]),
    ],
)
def test_a_street_of_types_alone_is_spoken_with_its_type_in_short_and_in_long(street: str, keys: list[str]) -> None:
    assert street_keys(street) == keys
