"""What an answer is worth: each provider's own words for how exact it is, in metres. Forms as in their documentation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.stores.core.gazetteer import Gazetteer, ZipArea
from localcare.stores.core.geocode import GeocodedPoint, NotFound
from localcare.stores.core.geocode_answer import USEFUL_METRES, Found, Raw, weigh_answer

LAT, LNG = 29.7868, -95.8198
LINE = "1200 Main St, Katy, TX 77449"
KATY = Gazetteer([ZipArea("77449", "Katy", "TX", "Harris", "Houston", "America/Chicago", 29.83, -95.74)])
SMALL = {"northeast": {"lat": LAT + 0.001, "lng": LNG + 0.001}, "southwest": {"lat": LAT - 0.001, "lng": LNG - 0.001}}
WIDE = {"northeast": {"lat": LAT + 0.2, "lng": LNG + 0.2}, "southwest": {"lat": LAT - 0.2, "lng": LNG - 0.2}}


def weigh(service: str, *raws: Raw, lat: float = LAT, lng: float = LNG) -> GeocodedPoint | NotFound:
    return weigh_answer(service, [Found(lat, lng, raw) for raw in raws], LINE, KATY)


def google(kind: str, box: object = SMALL, **more: object) -> Raw:
    return {"geometry": {"location_type": kind, "viewport": box}, "types": ["street_address"], **more}


@pytest.mark.parametrize(
    ("service", "raw", "precision", "at_least", "at_most"),
    [
        ("google", google("ROOFTOP"), "door", 25, 25),
        ("google", google("RANGE_INTERPOLATED"), "interpolated", 100, 100),
        ("google", google("GEOMETRIC_CENTER"), "place", 75, 200),
        ("google", google("GEOMETRIC_CENTER", types=["route"]), "street", 75, 200),
        ("nominatim", {"place_rank": 30, "class": "building"}, "door", 25, 25),
        ("nominatim", {"place_rank": 30, "class": "shop"}, "place", 25, 25),
        (
            "nominatim",
            {"place_rank": 26, "boundingbox": ["29.78", "29.79", "-95.82", "-95.81"]},
            "street",
            700,
            800,
        ),
        ("photon", {"properties": {"type": "house"}}, "door", 25, 25),
        ("photon", {"properties": {"type": "street", "extent": [-95.82, 29.79, -95.81, 29.78]}}, "street", 700, 800),
        ("herev7", {"resultType": "houseNumber", "scoring": {"queryScore": 1.0}}, "door", 25, 25),
        ("herev7", {"resultType": "houseNumber", "houseNumberType": "interpolated"}, "interpolated", 100, 100),
        ("herev7", {"resultType": "place"}, "place", 75, 75),
        ("arcgis", {"score": 100, "attributes": {"Addr_type": "PointAddress"}}, "door", 25, 25),
        (
            "arcgis",
            {"score": 98, "extent": {"xmin": -95.82, "ymin": 29.78, "xmax": -95.81, "ymax": 29.79}},
            "place",
            700,
            800,
        ),
        ("azure", {"type": "Point Address"}, "door", 25, 25),
        ("tomtom", {"type": "Address Range"}, "interpolated", 100, 100),
        ("opencage", {"confidence": 10, "components": {"_type": "building"}}, "door", 125, 125),
        ("mapbox", {"properties": {"accuracy": "rooftop"}, "relevance": 1}, "door", 25, 25),
        ("somebody", {"what": "ever"}, "unknown", 1000, 1000),
    ],
)
def test_every_provider_says_in_its_own_way_how_exact_it_is(
    service: str, raw: Raw, precision: str, at_least: float, at_most: float
) -> None:
    point = weigh(service, raw)
    assert isinstance(point, GeocodedPoint)
    assert point.precision == precision
    assert at_least <= point.accuracy_m <= at_most


@pytest.mark.parametrize(
    ("service", "raw"),
    [
        ("google", google("APPROXIMATE", WIDE)),
        ("google", google("RANGE_INTERPOLATED", partial_match=True)),
        ("nominatim", {"place_rank": 16, "boundingbox": ["29.6", "30.0", "-96.0", "-95.6"]}),
        ("herev7", {"resultType": "houseNumber", "scoring": {"queryScore": 0.6}}),
        ("herev7", {"resultType": "locality", "mapView": {"west": -96, "south": 29.6, "east": -95.6, "north": 30}}),
        ("arcgis", {"score": 79, "attributes": {"Addr_type": "PointAddress"}}),
        ("mapbox", {"relevance": 0.4, "properties": {"accuracy": "rooftop"}}),
        ("opencage", {"confidence": 5}),
        ("tomtom", {"type": "Geography", "viewport": {
            "topLeftPoint": {"lat": 30, "lon": -96}, "btmRightPoint": {"lat": 29.6, "lon": -95.6}}}),
    ],
)  # fmt: skip
def test_what_is_no_more_exact_than_a_town_is_no_point(service: str, raw: Raw) -> None:
    assert isinstance(weigh(service, raw), NotFound)


def test_two_doors_as_good_as_each_other_but_apart_are_no_point() -> None:
    door = google("ROOFTOP")
    there = [Found(LAT, LNG, door), Found(LAT + 0.05, LNG, door)]
    assert isinstance(weigh_answer("google", there, LINE, KATY), NotFound)
    near = weigh_answer("google", [there[0], Found(LAT + 0.001, LNG, door)], LINE, KATY)
    assert isinstance(near, GeocodedPoint)
    assert 100 < near.accuracy_m < 120


def test_a_worse_second_place_does_not_matter() -> None:
    found = [Found(LAT, LNG, google("ROOFTOP")), Found(LAT + 0.3, LNG, google("GEOMETRIC_CENTER"))]
    point = weigh_answer("google", found, LINE, KATY)
    assert isinstance(point, GeocodedPoint)
    assert point.accuracy_m == 25


@pytest.mark.parametrize(("lat", "lng"), [(40.7, -74.0), (0.0, 0.0), (-95.8, 29.8), (999.0, 1.0)])
def test_what_lies_far_from_the_zip_or_nowhere_is_not_it(lat: float, lng: float) -> None:
    assert weigh("google", google("ROOFTOP"), lat=lat, lng=lng) == NotFound("what was found lies elsewhere")


_LEAF = st.sampled_from([None, True, 0, 30, 1.5, "", "29.7", "door", "ROOFTOP"])
_JSON = (
    _LEAF
    | st.lists(_LEAF, max_size=4)
    | st.dictionaries(st.sampled_from(["type", "bounds", "extent"]), _LEAF, max_size=2)
)
_PARTS = ("geometry", "properties", "boundingbox", "extent", "viewport", "mapView", "place_rank", "score", "scoring",
          "confidence", "types", "bbox", "relevance", "resultType", "attributes")  # fmt: skip


@given(
    service=st.sampled_from(["arcgis", "azure", "google", "herev7", "mapbox", "nominatim", "opencage", "photon", "x"]),
    raw=st.dictionaries(st.sampled_from(_PARTS), _JSON, max_size=6),
)
def test_no_form_of_an_answer_is_a_crash(service: str, raw: Raw) -> None:
    point = weigh(service, raw)
    assert isinstance(point, NotFound) or 0 < point.accuracy_m <= USEFUL_METRES
