"""The gazetteer that ships: towns, boroughs, counties and airports, quick to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.gazetteer import kilometres
from localcare.stores.core.named_places import NamedPlace, NamedPlaces, parse_places, spoken_names
from localcare.stores.core.states import state_code
from localcare.stores.core.text import phrase
from localcare.stores.core.vocabulary import EVERYDAY_BRANDS
from localcare.stores.core.words import COMMON_WORDS
from localcare.stores.gazetteer import load_gazetteer, load_other_brands, load_places

KATY = (29.7858, -95.8244)


@pytest.mark.parametrize(
    ("name", "state", "lat", "lng"),
    [
        ("brooklyn", "NY", 40.65, -73.95),
        ("bronx", "NY", 40.85, -73.87),
        ("borough of manhattan", "NY", 40.78, -73.97),
        ("hollywood", "CA", 34.10, -118.33),
        ("cinco ranch", "TX", 29.74, -95.76),
        ("saint louis", "MO", 38.63, -90.20),
        ("hurst", "TX", 32.82, -97.17),
    ],
)
def test_a_place_people_name_lies_where_it_lies(name: str, state: str, lat: float, lng: float) -> None:
    found = load_places().named(name, state)
    assert found
    assert kilometres(found[0].lat, found[0].lng, lat, lng) < 5


def test_of_places_of_one_name_the_largest_comes_first() -> None:
    found = load_places().named("brooklyn")
    assert found[0].state == "NY"
    assert [place.people for place in found] == sorted((place.people for place in found), reverse=True)


def test_an_airport_is_found_by_its_code_and_its_name() -> None:
    airport = load_places().airport("DFW")
    assert airport is not None
    assert airport.state == "TX"
    assert load_places().named("dallas fort worth airport") == (airport,)
    assert load_places().airport("dfw") is None
    assert load_places().airport("ZZZ") is None


def test_every_place_has_a_state_and_lies_near_a_zip_of_it() -> None:
    gazetteer = load_gazetteer()
    places = list(load_places())
    assert len(places) == len(load_places()) > 23_000
    assert {place.state for place in places if state_code(place.state) is None} == set()
    boxes = {place.state: gazetteer.box_of_state(place.state) for place in places}
    outside = [place for place in places if (box := boxes[place.state]) and not box.holds(place.lat, place.lng)]
    assert len(outside) <= 5, outside


def test_a_county_has_its_zips() -> None:
    harris = load_gazetteer().zips_of_county("harris", "TX")
    assert {"77002", "77449"} <= {area.zip for area in harris}
    assert load_gazetteer().zips_of_county("harris", "CA") == ()


@given(
    centres=st.lists(st.tuples(st.floats(18, 71), st.floats(-170, -60)), max_size=25),
    lat=st.floats(18, 71),
    lng=st.floats(-170, -60),
    km=st.floats(1, 2_000),
)
def test_what_is_around_is_all_there_is_and_nothing_else(
    centres: list[tuple[float, float]], lat: float, lng: float, km: float
) -> None:
    places = NamedPlaces(NamedPlace("town", str(at), "TX", *centre, 1) for at, centre in enumerate(centres))
    around = {place.name for place in places.around(lat, lng, km)}
    assert around == {place.name for place in places if kilometres(lat, lng, place.lat, place.lng) <= km}


def test_another_spelling_is_the_same_place_and_the_article_may_be_left_out() -> None:
    place = NamedPlace("town", "The Bronx", "NY", 40.85, -73.87, 1_385_108, ("Borough of The Bronx",))
    assert spoken_names(place) == ["the bronx", "bronx", "borough of the bronx"]
    assert NamedPlaces([place]).named("bronx") == (place,)


def test_an_empty_file_knows_nothing() -> None:
    places = parse_places(["kind\tname\tstate\tlatitude\tlongitude\tpeople\talso"])
    assert len(places) == 0
    assert places.named("katy") == ()
    assert list(places.around(*KATY, 500)) == []


def test_no_other_brand_is_called_like_a_town_or_an_everyday_word_unless_it_is_read_with_care() -> None:
    """Whoever is called so is the subject of a text, and the text about no store of ours."""
    keys = {phrase(name) for name in load_other_brands()} - EVERYDAY_BRANDS
    villages = {"firestone", "lowes", "sears", "white castle"}  # the chain is meant far more often
    assert {key for key in keys if load_gazetteer().is_town(key)} == villages
    assert keys & COMMON_WORDS == set()
    assert {"walmart", "mattress firm", "sunoco"} <= keys
