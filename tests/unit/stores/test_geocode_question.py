"""What a geocoder is asked: an address that can be looked for, and nothing else of what a customer wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.geocode_question import MAX_CHARACTERS, address_to_ask, question_key
from localcare.stores.core.values import Place


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("I waited 45 minutes at 1200 Main St, Katy, TX 77449 and nobody came", "1200 Main St, Katy, TX 77449"),
        ("the one on 13749 N US Hwy 183, Suite 2, Austin TX is terrible", "13749 N US Hwy 183, Austin, TX"),
        ("1200 main st katy tx rude staff", "1200 main st, katy, TX"),
        ("2100 Elm Street, Dallas, Texas 75201!", "2100 Elm Street, Dallas, TX 75201"),
        ("store at 500 W 34th St in New York. Awful", "500 W 34th St, New York"),
        ("your place at 2380 Hwy 95, Bullhead City, AZ 86442 is closed", "2380 Hwy 95, Bullhead City, AZ 86442"),
        ("1500 S MAIN ST (Hospital), Fort Worth, TX 76104", "1500 S MAIN ST, Fort Worth, TX 76104"),
        ("321 N Morton, Morton, IL", "321 N Morton, Morton, IL"),
        ("100 Broadway Ave 10001", "100 Broadway Ave, 10001"),
        ("4500 Calle Ave, San José, CA", "4500 Calle Ave, San Jose, CA"),
        ("2 visits to 12 Oak Dr, Waco, TX and 14 Elm St, Katy, TX", "12 Oak Dr, Waco, TX"),
    ],
)
def test_an_address_in_the_text_is_asked_for(text: str, line: str) -> None:
    assert address_to_ask(text, None) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20 minutes down the street in Katy",
        "2100 Elm St is bad",
        "store 1234 on Westheimer Rd",
        "it was $45 Main St, Katy, TX",
        "order #1200 Main St, Katy, TX",
        "I waited 2 hours in Katy, TX 77449",
        "it took 20 minutes, Katy, TX",
        "paid for 12 of them, Katy",
    ],
)
def test_what_is_no_whole_address_is_not_asked_for(text: str) -> None:
    assert address_to_ask(text, None) is None


@pytest.mark.parametrize(
    "text",
    [
        "I live at 12 Oak Dr, Katy, TX 77449",
        "My mailing address is 12 Oak Dr, Katy TX",
        "send it to my home, 12 Oak Dr, Katy TX",
        "vivo en 12 Oak Dr, Katy TX",
    ],
)
def test_where_the_author_lives_is_nobodys_business(text: str) -> None:
    assert address_to_ask(text, None) is None


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (Place(street="12 Main St", city="Katy", state="TX", zip="77449"), "12 Main St, Katy, TX 77449"),
        (Place(street="12 Main St", zip="77449"), "12 Main St, 77449"),
        (Place(name="Katy Mills", city="Katy", state="TX"), "Katy Mills, Katy, TX"),
        (Place(name="12 Main St, Katy, TX 77449"), "12 Main St, Katy, TX 77449"),
        (Place(name="Houston, Texas"), None),
        (Place(name="Houston", city="Houston", state="TX"), None),
        (Place(city="Katy", state="TX"), None),
        (Place(street="12 Main St"), None),
        (Place(street="12 Main St", city="Katy", lat=29.8, lng=-95.8), None),
    ],
)
def test_a_place_is_asked_for_when_it_says_more_than_its_town(place: Place, line: str | None) -> None:
    assert address_to_ask("", place) == line


def test_two_spellings_of_a_line_are_one_question() -> None:
    assert question_key("1200 Main St, Katy, TX") == question_key("1200 MAIN ST katy tx.")
    assert question_key("1200 Main St, Katy, TX") != question_key("1201 Main St, Katy, TX")
    assert "main" not in question_key("1200 Main St, Katy, TX")


@given(st.text(max_size=300), st.text(max_size=20))
def test_no_text_is_a_crash_and_no_line_is_long(before: str, after: str) -> None:
    line = address_to_ask(f"{before} 1200 Main St, {after}", None)
    assert line is None or len(line) <= MAX_CHARACTERS
