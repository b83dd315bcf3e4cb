"""Addresses: what people write for one door is one key; different doors stay different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.address import StreetKey, house_numbers, place_from_line, street_key
from localcare.stores.core.values import Place
from tests.unit.stores.sample import sample_entries


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13749 US-183 Hwy", "13749 N Us Hwy 183"),
        ("1698 US-209", "1698 Us Rte 209"),
        ("25200 I-10 Lot 2", "25200 Interstate 10 W Lot 2"),
        ("8500 US-290", "8500 E Hwy 290"),
        ("1100 N US Hwy 377", "1100 N Highway 377"),
        ("6875 Sand Lake Rd", "6875 Sandlake Rd"),
        ("111 Madison St", "111 W Madison Street"),
        ("429 7th Ave", "429 Seventh Avenue (Across From Msg)"),
        ("151 West 34th Street (Macy's 7th Floor", "151 W. 34th St."),
        ("753 St Georges Ave", "753 Saint Georges Avenue"),
        ("100 Main St, Suite 200", "100 Main Street"),
        ("100 Main St #5", "100 MAIN ST"),
        ("By Mandalay Bay, 3999 S Las Vegas Blvd", "3999 Las Vegas Boulevard South"),
        ("1000 Peña Blvd", "1000 Pena Boulevard"),
        ("１００ Ｍａｉｎ Ｓｔ", "100 Main St"),
        ("100 Маіn St", "100 Main St"),
        ("3605 South St", "3605 South Street"),
        ("3570 Parkway", "3570 PARKWAY"),
    ],
)
def test_two_spellings_of_one_door_have_one_key(one: str, other: str) -> None:
    assert street_key(one) is not None
    assert street_key(one) == street_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100 Main St", "102 Main St"),
        ("100 Main St", "100 Maine St"),
        ("72-69 Kissena Blvd", "72 Kissena Blvd"),
        ("100 5th Ave", "100 6th Ave"),
        ("100 Hwy 290", "100 Hwy 183"),
        ("100 North St", "100 South St"),
    ],
)
def test_different_doors_have_different_keys(one: str, other: str) -> None:
    assert street_key(one) != street_key(other)


@pytest.mark.parametrize("street", [None, "", "Belvidere Oasis", "N/A", "🍟🍟", "St Georges Ave"])
def test_a_street_without_a_house_number_has_no_key(street: str | None) -> None:
    assert street_key(street) is None


def test_a_hyphenated_house_number_keeps_both_parts() -> None:
    assert street_key("702-2 Berlin Rd") == StreetKey("702-2", "berlin")


@given(st.sampled_from([entry.street for entry in sample_entries() if street_key(entry.street)]))
def test_case_and_a_unit_at_the_end_never_change_the_key(street: str) -> None:
    assert street_key(street.upper()) == street_key(street) == street_key(f"{street.split('(')[0]} Suite 12")


@given(st.text(max_size=200))
def test_any_text_can_be_asked_for_its_key(text: str) -> None:
    street_key(text)
    house_numbers(text.lower())
    place_from_line(text)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (
            "13749 US-183 Hwy, Austin, TX 78750, United States",
            Place(street="13749 US-183 Hwy", city="Austin", state="TX", zip="78750"),
        ),
        ("100 Main St, Austin, Texas", Place(street="100 Main St", city="Austin", state="TX")),
        ("Katy, TX", Place(city="Katy", state="TX")),
        ("Katy TX 77494-1234", Place(city="Katy", state="TX", zip="77494-1234")),
        ("77494", Place(zip="77494")),
        ("Washington, DC", Place(city="Washington", state="DC")),
        ("New York", Place(city="New York", state="NY")),
        ("2476 Kal", Place(street="2476 Kal")),
        ("", Place()),
    ],
)  # fmt: skip
def test_a_line_becomes_a_place(line: str, place: Place) -> None:
    assert place_from_line(line) == place
