"""The map's geometry, what it draws and says: pure, by tables and properties."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.inbox.admin.stores.cartography import HEIGHT, WIDTH, place_on_map
from localcare.inbox.admin.stores.map_repository import MappedStore
from localcare.inbox.admin.stores.map_sheet import CLOSED, WITHOUT_PAGE, map_rows, state_lines

SHEET = Path(__file__).parents[3] / "static" / "map" / "us.svg"


@pytest.mark.parametrize(
    ("place", "latitude", "longitude", "x", "y"),
    [
        # d3.geoAlbersUsa().scale(1300).translate([487.5, 305]) within a few units: our cone stands on another meridian
        ("Seattle", 47.61, -122.33, 106, 47), ("Los Angeles", 34.05, -118.24, 96, 361), ("Miami", 25.76, -80.19, 838, 557),
        ("New York", 40.71, -74.01, 875, 220), ("Houston", 29.76, -95.37, 518, 511), ("Denver", 39.74, -104.99, 337, 267),
    ],
)  # fmt: skip
def test_known_cities_stand_where_they_are_on_every_map(
    place: str, latitude: float, longitude: float, x: float, y: float
) -> None:
    spot = place_on_map(latitude, longitude)
    assert spot is not None, place
    assert abs(spot.x - x) < 16, (place, spot)
    assert abs(spot.y - y) < 16, (place, spot)


@pytest.mark.parametrize(
    ("place", "latitude", "longitude"),
    [("Anchorage", 61.2, -149.9), ("Honolulu", 21.3, -157.86), ("San Juan", 18.46, -66.1), ("Attu", 52.9, 172.9)],
)
def test_far_states_are_insets_in_the_lower_corners(place: str, latitude: float, longitude: float) -> None:
    spot = place_on_map(latitude, longitude)
    assert spot is not None, place
    assert spot.y > 430, place


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0.0, 0.0), (51.5, -0.1), (13.4, 144.7), (-29.7, 95.4), (91.0, 0.0), (float("nan"), 1.0), (29.7, 95.4)],
)
def test_what_is_not_in_the_country_is_not_on_the_map(latitude: float, longitude: float) -> None:
    assert place_on_map(latitude, longitude) is None


@given(st.floats(24.6, 49.4), st.floats(-124.8, -66.9), st.floats(0.01, 0.2))
def test_north_is_up_and_east_is_right(latitude: float, longitude: float, step: float) -> None:
    here = place_on_map(latitude, longitude)
    assert here is not None
    if latitude + step <= 49.6:
        north = place_on_map(latitude + step, longitude)
        assert north is not None
        assert north.y < here.y + 0.02
    if longitude + step <= -66.5:
        east = place_on_map(latitude, longitude + step)
        assert east is not None
        assert east.x > here.x - 0.02


def test_the_outline_that_ships_is_small_and_on_the_same_sheet() -> None:
    drawing = SHEET.read_text(encoding="utf-8")
    assert len(drawing) < 120_000
    assert f'viewBox="0 0 {WIDTH} {HEIGHT}"' in drawing
    assert {"land", "borders", "states"} == set(re.findall(r'<symbol id="(\w+)"', drawing))
    assert {"TX", "AK", "HI", "PR", "CA", "FL"} <= set(re.findall(r">([A-Z]{2})</text>", drawing))
    assert (SHEET.parent / "us-LICENSE.txt").read_text(encoding="utf-8").count("Bostock") == 2


def mapped(number: str, **facts: object) -> MappedStore:
    usual: dict[str, object] = {
        "id": 1, "name": "Katy", "city": "Katy", "state": "TX", "latitude": 29.79, "longitude": -95.82, "is_open": True,
        "has_page": True, "cases": 0,
    }  # fmt: skip
    return MappedStore(number=number, **{**usual, **facts})  # type: ignore[arg-type]


def test_a_row_of_the_map_tells_closed_and_pageless_stores_apart() -> None:
    stores = [
        mapped("1"), mapped("2", is_open=False), mapped("3", has_page=False), mapped("4", is_open=False, has_page=False),
        mapped("5", latitude=None), mapped("6", latitude=13.4, longitude=144.7), mapped("7", city="", state=""),
    ]  # fmt: skip
    rows = {row[0]: (row[2], row[5]) for row in map_rows(stores)}
    assert rows == {"1": ("Katy, TX", 0), "2": ("Katy, TX", CLOSED), "3": ("Katy, TX", WITHOUT_PAGE),
                    "4": ("Katy, TX", CLOSED), "7": ("", 0)}  # fmt: skip


def test_states_are_counted_by_name_and_the_unknown_stands_last() -> None:
    stores = [
        mapped("1", cases=3), mapped("2", is_open=False, cases=1), mapped("3", state="", latitude=None),
        mapped("4", state="AL", has_page=False), mapped("5", state="XX"),
    ]  # fmt: skip
    lines = state_lines(stores)
    assert [line.name for line in lines] == ["Alabama", "Texas", "XX", "State not known"]
    texas = lines[1]
    assert (texas.open, texas.closed, texas.without_page, texas.cases, texas.off_map) == (1, 1, 0, 4, 0)
    assert lines[-1].off_map == 1
